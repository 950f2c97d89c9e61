/** Waits until somebody answers there; the runner's own time limit ends it. */
export async function answers(url: string): Promise<void> {
  for (;;) {
    const isThere = await fetch(url, { redirect: 'manual' }).then(
      () => true,
      () => false,
    )
    if (isThere) return
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
