import { characterString } from './character_string.ts'
import { type DerElement, derElements, objectIdentifier, TAG } from './der.ts'

/** One member of a name. */
export interface NameAttribute {
  /** Object identifier. */
  readonly type: string
  readonly text: string | undefined
  /** Its value as it is encoded. */
  readonly encoded: Buffer
}

/** What a certificate says whose it is. */
export interface CertificateNames {
  /** The relative names, the most general first. @see RFC 5280 §4.1.2.4 */
  readonly subject: readonly (readonly NameAttribute[])[]
  /** By the number of their kind. @see RFC 5280 §4.2.1.6 */
  readonly alternatives: readonly { readonly kind: number; readonly content: Buffer }[]
}

const VERSION = 0xa0
const EXTENSIONS = 0xa3
const SUBJECT_ALT_NAME = '2.5.29.17'

/**
 * Reads names from the certificate itself: in what others make of them separators and endings cannot be told from
 * what stands in a name.
 * @throws when it is no certificate
 * @see RFC 5280 §4.1
 */
export function certificateNames(der: Buffer): CertificateNames {
  const tbs = child(child(derElements(der)[0])[0])
  const [, , , , subject] = tbs.filter(({ tag }) => tag !== VERSION)
  const extensions = child(child(tbs.find(({ tag }) => tag === EXTENSIONS))[0])
  return { subject: child(subject).map(relativeName), alternatives: alternativeNames(extensions) }
}

const child = (element: DerElement | undefined): DerElement[] =>
  element === undefined ? [] : derElements(element.content)

const relativeName = (set: DerElement): NameAttribute[] =>
  child(set).map((attribute) => {
    const [type, value] = child(attribute)
    if (type === undefined || value === undefined) throw new RangeError('a name is not whole')
    return {
      type: objectIdentifier(type.content),
      text: characterString(value),
      encoded: value.whole,
    }
  })

/** @throws when there are two lists, of which readers might take one or the other */
function alternativeNames(extensions: readonly DerElement[]): CertificateNames['alternatives'] {
  const [found, second] = extensions
    .map(child)
    .filter(([id]) => id !== undefined && objectIdentifier(id.content) === SUBJECT_ALT_NAME)
  if (second !== undefined) throw new RangeError('there are two lists of alternative names')
  const value = found?.find(({ tag }) => tag === TAG.OCTET_STRING)
  return child(child(value)[0]).map(({ tag, content }) => ({ kind: tag & 0x1f, content }))
}
