/** A text of so many characters cannot be nested too deeply. */
const SHORT = 4096

/** The name can only be spelled out, or escaped. */
const mayNameProto = (text: string) => text.includes('__proto__') || text.includes('\\')

/**
 * Parses JSON from others. A byte order mark is no JSON, and a member named `__proto__` is never meant well.
 * @throws SyntaxError
 * @see RFC 8259 §8.1, RFC 8725 §3.10
 */
export function parseStrictJson(text: string): unknown {
  if (text.length <= SHORT && !mayNameProto(text)) return JSON.parse(text)
  try {
    return JSON.parse(text, (name, value) => {
      if (name === '__proto__') throw new SyntaxError('a member is named __proto__')
      return value
    })
  } catch (cause) {
    if (cause instanceof SyntaxError) throw cause
    throw new SyntaxError('nested too deeply', { cause })
  }
}
