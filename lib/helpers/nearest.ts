/** How many letters must be changed, added or removed to turn one word into the other (Levenshtein). */
function distance(from: string, to: string): number {
  let previous = Array.from({ length: to.length + 1 }, (_, column) => column)
  for (let row = 1; row <= from.length; row++) {
    const current = [row]
    for (let column = 1; column <= to.length; column++) {
      const replaced = (previous[column - 1] ?? 0) + (from[row - 1] === to[column - 1] ? 0 : 1)
      const removed = (previous[column] ?? 0) + 1
      const added = (current[column - 1] ?? 0) + 1
      current.push(Math.min(replaced, removed, added))
    }
    previous = current
  }
  return previous[to.length] ?? 0
}

/**
 * Finds the name somebody probably meant.
 * @returns the known name that differs least, upper and lower case being equal; `undefined` when more than half of
 * the letters differ
 */
export function nearest(name: string, known: Iterable<string>): string | undefined {
  let best: string | undefined
  let least = Math.floor(name.length / 2) + 1
  for (const candidate of known) {
    const differing = distance(name.toLowerCase(), candidate.toLowerCase())
    if (differing < least) {
      best = candidate
      least = differing
    }
  }
  return best
}
