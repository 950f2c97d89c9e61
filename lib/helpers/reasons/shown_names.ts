import { printable } from '../http/error_on_the_wire.ts'

const MOST = 20
const LONGEST = 200

const shown = (name: string): string => {
  const text = printable(name) ?? ''
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}...` : text
}

/** Names came with the request: what they do to a log is bounded. @returns a copy that nobody else changes */
export function shownNames(names: readonly string[] | undefined): readonly string[] | undefined {
  return names?.slice(0, MOST).map(shown)
}
