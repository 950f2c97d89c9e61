/** Chooses some of many, the same ones each time for the same seed. */
import { createHash } from 'node:crypto'

const rank = (seed: string, value: string) => createHash('sha256').update(`${seed}\n${value}`).digest('hex')

/**
 * @param seed decides which
 * @param name tells items apart
 */
export function sample<T>(items: readonly T[], size: number, seed: string, name: (item: T) => string): T[] {
  const ranked = items.map((item) => ({ item, rank: rank(seed, name(item)) }))
  return ranked
    .sort((a, b) => (a.rank < b.rank ? -1 : 1))
    .slice(0, size)
    .map(({ item }) => item)
}
