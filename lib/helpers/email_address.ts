/** Longest address that can be delivered to. @see RFC 5321 §4.5.3.1.3 */
const MAX_LENGTH = 254

/** Whether a text looks like an e-mail address; walks through it once, however long it is. @see RFC 5322 §3.4.1 */
export function isEmailAddress(text: string): boolean {
  if (text.length > MAX_LENGTH) return false
  const at = text.lastIndexOf('@')
  if (at < 1 || at === text.length - 1) return false
  const local = text.slice(0, at)
  const domain = text.slice(at + 1)
  return /^[^\s\p{Cc}<>"@]+$/u.test(local) && /^[^\s\p{Cc}<>"@]+$/u.test(domain)
}
