/** The error that something fails with. */
export async function failureOf<E extends Error>(
  pending: Promise<unknown>,
  kind: new (...given: never[]) => E,
): Promise<E> {
  try {
    await pending
  } catch (error) {
    if (error instanceof kind) return error
    throw error
  }
  throw new Error('it did not fail')
}
