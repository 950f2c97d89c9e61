/** The value below which a share of all values lies, between neighbours where it falls between them. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other)
  const position = (sorted.length - 1) * share
  const below = sorted[Math.floor(position)] ?? Number.NaN
  const above = sorted[Math.ceil(position)] ?? Number.NaN
  return below + (above - below) * (position % 1)
}

export const median = (values: readonly number[]): number => quantile(values, 0.5)

export const geometricMean = (values: readonly number[]): number =>
  Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length)

/** Ratios of values that were measured side by side; the load of the machine falls on both alike. */
export const paired = (above: readonly number[], below: readonly number[]): number[] =>
  above.flatMap((value, index) => {
    const other = below[index]
    return other === undefined ? [] : [value / other]
  })

/** Median, and in brackets the quartiles. */
export const spread = (values: readonly number[]): string =>
  `${median(values).toFixed(2)} (${quantile(values, 0.25).toFixed(2)}–${quantile(values, 0.75).toFixed(2)})`
