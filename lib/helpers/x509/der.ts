/** One element of DER. @see ITU-T X.690 §8.1 */
export interface DerElement {
  readonly tag: number
  readonly content: Buffer
  /** With tag and length. */
  readonly whole: Buffer
}

/** Tags of what names are made of. @see ITU-T X.690 §8, X.680 §8.6 */
export const TAG = { OBJECT_IDENTIFIER: 0x06, OCTET_STRING: 0x04, SEQUENCE: 0x30, SET: 0x31 } as const

/**
 * The elements that follow one another.
 * @throws RangeError when they are not whole
 */
export function derElements(bytes: Buffer): DerElement[] {
  const found: DerElement[] = []
  for (let at = 0; at < bytes.length; ) {
    const { start, end } = extentOf(bytes, at)
    found.push({
      tag: bytes.readUInt8(at),
      content: bytes.subarray(start, end),
      whole: bytes.subarray(at, end),
    })
    at = end
  }
  return found
}

/** Definite lengths of up to four octets; DER has no others. @see ITU-T X.690 §10.1 */
function extentOf(bytes: Buffer, at: number): { start: number; end: number } {
  const first = bytes.readUInt8(at + 1)
  const octets = first < 0x80 ? 0 : first & 0x7f
  const start = at + 2 + octets
  const length = octets === 0 ? first : bytes.readUIntBE(at + 2, octets)
  if (first === 0x80 || start + length > bytes.length) throw new RangeError('DER is not whole')
  return { start, end: start + length }
}

/** @see ITU-T X.690 §8.19 */
export function objectIdentifier(content: Buffer): string {
  const [first = 0, ...others] = subidentifiers(content)
  const root = Math.min(Math.floor(first / 40), 2)
  return [root, first - root * 40, ...others].join('.')
}

function* subidentifiers(content: Buffer): Generator<number> {
  let value = 0
  for (const octet of content) {
    value = value * 128 + (octet & 0x7f)
    if (octet >= 0x80) continue
    yield value
    value = 0
  }
}
