/** Characters that nobody sees but that change what a reader sees around them. @see Unicode UAX #9 §2 */
const INVISIBLE = /[\p{Cc}\u061C\u200B\u200E\u200F\u202A-\u202E\u2060\u2066-\u2069\uFEFF]+/gu

/**
 * Makes text of strangers fit to be read by a person: no control characters, no direction overrides (with which a
 * name can pose as another one), not longer than `max` characters.
 */
export function displayText(text: string, max = 80): string {
  // Cut first, so that the work stays small whatever was sent.
  const clean = text
    .slice(0, max * 4)
    .replace(INVISIBLE, ' ')
    .trim()
  const characters = Array.from(clean)
  const isWhole = characters.length <= max && text.length <= max * 4
  return isWhole
    ? clean
    : `${characters
        .slice(0, max - 1)
        .join('')
        .trimEnd()}…`
}
