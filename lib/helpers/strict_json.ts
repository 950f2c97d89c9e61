/**
 * Parses JSON from others. A byte order mark is no JSON, and a member named `__proto__` is never meant well.
 * @throws SyntaxError
 * @see RFC 8259 §8.1, RFC 8725 §3.10
 */
export function parseStrictJson(text: string): unknown {
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
