/** @throws RangeError when the body is longer than the limit: neither a header nor compression hides its length */
export async function readAtMost(limit: number, chunks: AsyncIterable<unknown>): Promise<Uint8Array> {
  const read: Uint8Array[] = []
  let length = 0
  for await (const chunk of chunks) {
    if (!(chunk instanceof Uint8Array)) continue
    length += chunk.length
    if (length > limit) throw new RangeError(`the answer is longer than ${limit} bytes`)
    read.push(chunk)
  }
  return Buffer.concat(read)
}
