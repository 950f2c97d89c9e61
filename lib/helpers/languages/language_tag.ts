const SHAPE = /^[a-z]{2,8}(?:-[a-z0-9]{1,8}){0,8}$/i

/** @returns the tag as it is written, `de-AT`; `undefined` where it is none @see BCP 47 (RFC 5646 §2.1, §2.1.1) */
export function languageTag(text: string): string | undefined {
  if (!SHAPE.test(text)) return undefined
  try {
    return new Intl.Locale(text).baseName
  } catch {
    return undefined
  }
}

/** The tag and what is left of it without its last parts: `de-AT`, `de`. @see RFC 4647 §3.4 */
export function truncations(tag: string): readonly string[] {
  const parts = tag.split('-')
  return parts.map((_, index) => parts.slice(0, parts.length - index).join('-'))
}

/** Language and script, also where the tag leaves the script to be known: `zh-TW` is `zh-Hant`. @see UTS #35, Likely Subtags */
export function languageAndScript(tag: string): string {
  const { language, script } = new Intl.Locale(tag).maximize()
  return `${language}-${script}`
}

/** Scripts that are written from right to left. */
const RIGHT_TO_LEFT: ReadonlySet<string | undefined> = new Set([
  'Adlm',
  'Arab',
  'Hebr',
  'Mand',
  'Nkoo',
  'Rohg',
  'Samr',
  'Syrc',
  'Thaa',
])

/** @see HTML §3.2.6.4 (`dir`) */
export const directionOf = (tag: string): 'ltr' | 'rtl' =>
  RIGHT_TO_LEFT.has(new Intl.Locale(tag).maximize().script) ? 'rtl' : 'ltr'
