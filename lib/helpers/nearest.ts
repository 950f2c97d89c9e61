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
 * @param most how many letters may differ, half of them where not given
 * @returns the known name that differs least, upper and lower case being equal; `undefined` when too many letters
 * differ
 */
export function nearest(
  name: string,
  known: Iterable<string>,
  most: number = Math.floor(name.length / 2),
): string | undefined {
  let best: string | undefined
  let least = most + 1
  for (const candidate of known) {
    const differing = distance(name.toLowerCase(), candidate.toLowerCase())
    if (differing < least) {
      best = candidate
      least = differing
    }
  }
  return best
}
