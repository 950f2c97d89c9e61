import { randomInt } from 'node:crypto'

export type Charset = 'base-20' | 'digits'

/** No vowels, so that codes do not spell words, and nothing that looks like something else. @see RFC 8628 §6.1 */
const CHARACTERS: Readonly<Record<Charset, string>> = {
  'base-20': 'BCDFGHJKLMNPQRSTVWXZ',
  digits: '0123456789',
}

/** Bits below which codes can be guessed in spite of everything: eight characters of base 20. @see RFC 8628 §5.1, §6.1 */
const ENOUGH = 8 * Math.log2(20)

/** What people put between groups: dashes of any kind, spaces, dots and underscores. */
const SEPARATORS = /[\s\p{Pd}._]+/gu
/** Longer than any code that anybody would enter. */
const LONGEST = 200

/** A new user code, without separators. */
export function randomUserCode(mask: string, charset: Charset): string {
  const characters = CHARACTERS[charset]
  return Array.from(mask.replaceAll(/[^*]/g, ''), () => characters[randomInt(characters.length)] ?? '').join(
    '',
  )
}

/** A user code as it is shown; one that was made with another mask is shown as it is. */
export function formatUserCode(mask: string, userCode: string): string {
  const characters = [...userCode]
  if (mask.replaceAll(/[^*]/g, '').length !== characters.length) return userCode
  return mask.replaceAll('*', () => characters.shift() ?? '')
}

/**
 * What was entered, as codes are stored: case, separators and the width of characters do not matter.
 * @see RFC 8628 §6.1
 */
export function normalizeUserCode(entered: string): string {
  return entered.slice(0, LONGEST).normalize('NFKC').replaceAll(SEPARATORS, '').toUpperCase()
}

/** What the operator should know of codes that are too easy to guess. */
export function guessableUserCodes(mask: string, charset: Charset): string | undefined {
  const bits = mask.replaceAll(/[^*]/g, '').length * Math.log2(CHARACTERS[charset].length)
  if (bits >= ENOUGH) return undefined
  return (
    `NOTICE: features.deviceFlow.mask and charset make user codes of ${bits.toFixed(1)} bits, which are guessed sooner ` +
    `than those of ${ENOUGH.toFixed(1)} bits that the default makes (RFC 8628 §5.1). Use more '*'.`
  )
}
