/** Texts that columns hold for entries that were not used. */
const UNUSED: ReadonlySet<string> = new Set(['', '0', 'false'])
/** No number of seconds is that large in this millennium, every number of milliseconds since 1973 is. */
const MILLISECONDS = 100_000_000_000

function asSeconds(time: number): number | true | undefined {
  if (time === 0) return undefined
  if (!Number.isFinite(time)) return true
  return Math.floor(Math.abs(time) >= MILLISECONDS ? time / 1000 : time)
}

function timeIn(text: string): number | true | undefined {
  const trimmed = text.trim().toLowerCase()
  if (UNUSED.has(trimmed)) return undefined
  const number = Number(trimmed)
  return asSeconds(Number.isNaN(number) ? Date.parse(text) : number)
}

/**
 * Reads `consumed` as adapters have kept it for years: a number, such a number or a date as text, a Date, a boolean.
 * @returns epoch seconds; `true` where it was used nobody knows when; `undefined` where it was not
 */
export function consumedAt(consumed: unknown): number | true | undefined {
  if (consumed === undefined || consumed === null || consumed === false) return undefined
  if (typeof consumed === 'number') return asSeconds(consumed)
  if (typeof consumed === 'string') return timeIn(consumed)
  if (consumed instanceof Date) return asSeconds(consumed.getTime())
  return true
}
