import type { SentParameters } from './parameters.ts'

const MAX_PARAMETERS = 1000

/**
 * Parses `application/x-www-form-urlencoded` text strictly.
 * @throws Error when an escape is no UTF-8, or there are too many parameters
 * @see RFC 6749 Appendix B
 */
export function parseUrlencoded(text: string): SentParameters {
  if (text === '') return []
  const pairs = text.split('&', MAX_PARAMETERS + 1)
  if (pairs.length > MAX_PARAMETERS) throw new Error(`more than ${MAX_PARAMETERS} parameters`)
  const sent: [name: string, value: string][] = []
  for (const pair of pairs) {
    if (pair === '') continue
    const at = pair.indexOf('=')
    sent.push(
      at === -1
        ? [decodeFormValue(pair), '']
        : [decodeFormValue(pair.slice(0, at)), decodeFormValue(pair.slice(at + 1))],
    )
  }
  return sent
}

/** Decodes one value, once. @throws URIError when an escape is no UTF-8 */
export function decodeFormValue(text: string): string {
  const spaced = text.includes('+') ? text.replaceAll('+', ' ') : text
  return spaced.includes('%') ? decodeURIComponent(spaced) : spaced
}
