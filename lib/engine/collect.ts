import type { IncomingMessage } from 'node:http'

/** A body is longer than it may be. */
export class TooLong extends Error {
  override readonly name = 'TooLong'
}

/**
 * Collects a body from its stream.
 * @param limit bytes it may have
 * @throws TooLong; any other error when it broke off, or its bytes are not to be had any more
 */
export function collect(req: IncomingMessage, limit: number): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const chunks: Uint8Array[] = []
    let size = 0
    const settle = (outcome: Uint8Array | Error): void => {
      req.off('data', take).off('end', end).off('error', settle).off('close', breakOff)
      if (outcome instanceof Error) {
        req.pause()
        reject(outcome)
      } else resolve(outcome)
    }
    const take = (chunk: unknown): void => {
      const bytes = chunk instanceof Uint8Array ? chunk : undefined
      size += bytes?.byteLength ?? 0
      if (bytes === undefined) settle(new TypeError('the body has been decoded already'))
      else if (size > limit) settle(new TooLong(`the body is longer than ${limit} bytes`))
      else chunks.push(bytes)
    }
    const end = (): void => {
      const [first, ...others] = chunks
      settle(first !== undefined && others.length === 0 ? first : Buffer.concat(chunks, size))
    }
    const breakOff = (): void => settle(new Error('the body broke off'))
    req.on('data', take).on('end', end).on('error', settle).on('close', breakOff)
  })
}
