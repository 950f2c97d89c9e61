import { once } from 'node:events'
import { connect } from 'node:net'

/** What a server wrote until it closed the connection. */
export interface RawAnswer {
  status: number
  /** Header lines as they came. */
  lines: readonly string[]
  body: string
}

/**
 * Writes bytes to a server as they are, for requests that no HTTP client would make. `HOST` in the text is replaced
 * by host and port; lines end with CRLF.
 */
export async function rawRequest(origin: string, text: string): Promise<RawAnswer> {
  const { hostname, port, host } = new URL(origin)
  const socket = connect(Number(port), hostname)
  await once(socket, 'connect')
  const chunks: Buffer[] = []
  socket.on('data', (chunk: Buffer) => chunks.push(chunk))
  socket.on('error', () => {})
  const closed = once(socket, 'close')
  socket.write(text.replaceAll('HOST', host).replace(/\r?\n/g, '\r\n'), 'latin1')
  await closed
  const [head = '', ...rest] = Buffer.concat(chunks).toString('latin1').split('\r\n\r\n')
  const [statusLine = '', ...lines] = head.split('\r\n')
  return { status: Number(statusLine.split(' ')[1] ?? 0), lines, body: rest.join('\r\n\r\n') }
}
