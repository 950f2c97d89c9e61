import type { IncomingMessage } from 'node:http'

const MOST_BYTES = 256 * 1024

/** The body of a request as text. @throws RangeError when it is longer than anything that is meant here */
export async function readBody(request: AsyncIterable<unknown> | IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request) {
    const bytes = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk))
    size += bytes.length
    if (size > MOST_BYTES) throw new RangeError('this body is too long')
    chunks.push(bytes)
  }
  return Buffer.concat(chunks).toString('utf8')
}
