/**
 * Runs a job for each item, a few of them at once.
 * @param limit how many at most
 * @throws what the first job to fail throws; then no further one is begun
 */
export async function fewAtOnce<T>(
  limit: number,
  items: readonly T[],
  job: (item: T) => Promise<void>,
): Promise<void> {
  const left = items.values()
  // All of them take from one iterator, so each item is somebody's, once.
  const take = async () => {
    for (const item of left) await job(item)
  }
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, take))
}
