import contentType from 'content-type'
import { InvalidRequest } from '../helpers/errors.ts'
import type { Ctx } from './context.ts'
import { BODY } from './reasons/engine_reasons.ts'

/** Encodings in which ASCII characters are the same bytes as in UTF-8. */
const LIKE_ASCII = /^(?:us-?ascii|ascii|iso[-_]?8859-?[0-9]{1,2}|latin-?[0-9]|(?:windows-|cp)125[0-9])$/

/** What a request says about its body. */
export interface MediaType {
  readonly type: string
  /** Only ASCII may come: anything else would mean different characters to sender and receiver. */
  readonly asciiOnly: boolean
}

/** Empty parameters are legal, a trailing semicolon is one. @see RFC 9110 §5.6.6 */
const withoutEmptyParameters = (header: string): string =>
  header
    .split(';')
    .filter((part) => part.trim() !== '')
    .join(';')

/** A type and nothing else, as it nearly always comes. */
const TYPE_ALONE = /^[a-z]+\/[a-z0-9.+-]+$/

const isUtf8 = (charset: string): boolean => charset.replaceAll(/[-_ ]/g, '') === 'utf8'

/**
 * Reads the `Content-Type`.
 * @returns `undefined` when there is none
 * @throws InvalidRequest when it is malformed, or names an encoding that is not understood
 * @see RFC 6749 Appendix B, RFC 9110 §8.3
 */
export function readMediaType(ctx: Ctx): MediaType | undefined {
  const header = ctx.get('content-type')
  if (header === '') return undefined
  if (TYPE_ALONE.test(header)) return { type: header, asciiOnly: false }
  let parsed: contentType.ParsedMediaType
  try {
    parsed = contentType.parse(withoutEmptyParameters(header))
  } catch {
    throw new InvalidRequest('content-type header is malformed').because(BODY.media_type_malformed)
  }
  const charset = parsed.parameters['charset']?.trim().toLowerCase() ?? 'utf-8'
  const asciiOnly = !isUtf8(charset)
  if (asciiOnly && !LIKE_ASCII.test(charset))
    throw new InvalidRequest('request body must be in UTF-8').because(BODY.not_utf8)
  return { type: parsed.type, asciiOnly }
}
