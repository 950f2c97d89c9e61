/** Red, green and blue, 0 to 255. */
export type Color = readonly [red: number, green: number, blue: number]

/** @param hex `#rgb` or `#rrggbb` */
export function parseColor(hex: string): Color | undefined {
  const [, digits = ''] = /^#([0-9a-f]{3}|[0-9a-f]{6})$/i.exec(hex) ?? []
  if (digits === '') return undefined
  const size = digits.length / 3
  const channel = (index: number) => {
    const part = digits.slice(index * size, (index + 1) * size)
    return Number.parseInt(size === 1 ? part + part : part, 16)
  }
  return [channel(0), channel(1), channel(2)]
}

export const formatColor = (color: Color): string =>
  `#${color.map((channel) => Math.round(channel).toString(16).padStart(2, '0')).join('')}`

/** @param share how much of the second one, 0 to 1 */
export function mix(one: Color, other: Color, share: number): Color {
  const blend = (from: number, to: number) => Math.round(from + (to - from) * share)
  return [blend(one[0], other[0]), blend(one[1], other[1]), blend(one[2], other[2])]
}
