/** Text up to this length cannot be nested deeply enough for the stack to end. */
const SHORT = 4096

/** Whether no member can be named `__proto__`: it stands nowhere, and nothing is escaped. */
const isPlain = (text: string): boolean =>
  text.length <= SHORT && !text.includes('__proto__') && !text.includes('\\')

/**
 * Parses JSON from others. A byte order mark is no JSON, and a member named `__proto__` is never meant well.
 * @throws SyntaxError
 * @see RFC 8259 §8.1, RFC 8725 §3.10
 */
export function parseStrictJson(text: string): unknown {
  // Looking at each member costs several times what parsing does.
  if (isPlain(text)) return JSON.parse(text)
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
