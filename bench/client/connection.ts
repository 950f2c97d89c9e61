import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

export interface Answer {
  status: number
  /** Status line and header fields. */
  head: string
  body: string
}

/** The value of a header field; the empty string where there is none. */
export const headerOf = ({ head }: Answer, name: string): string =>
  new RegExp(`^${name}: (.*)$`, 'im').exec(head)?.[1]?.trim() ?? ''

/** @returns the answer, once it is there as a whole */
function parse(text: string): Answer | undefined {
  const end = text.indexOf('\r\n\r\n')
  if (end === -1) return undefined
  const answer = { status: Number(text.slice(9, 12)), head: text.slice(0, end), body: text.slice(end + 4) }
  const length = headerOf(answer, 'content-length')
  if (length !== '') return answer.body.length < Number(length) ? undefined : answer
  if (headerOf(answer, 'transfer-encoding') !== 'chunked') return answer
  return text.endsWith('0\r\n\r\n') ? answer : undefined
}

/** HTTP over one socket, one request at a time: costs the machine less than a client does that can do more. */
export class Connection {
  readonly #socket: Socket
  #received = ''
  #settle: { resolve(answer: Answer): void; reject(error: Error): void } | undefined

  private constructor(socket: Socket) {
    this.#socket = socket
    // Bytes, not characters: that is what Content-Length counts.
    socket.setEncoding('latin1')
    socket.on('data', (chunk: string) => this.#receive(chunk))
    socket.on('error', () => {})
    socket.on('close', () => this.#settle?.reject(new Error('the server closed the connection')))
  }

  static async open(port: number): Promise<Connection> {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true })
    await once(socket, 'connect')
    return new Connection(socket)
  }

  request(text: string): Promise<Answer> {
    return new Promise((resolve, reject) => {
      this.#settle = { resolve, reject }
      this.#socket.write(text, 'latin1')
    })
  }

  close(): void {
    this.#settle = undefined
    this.#socket.destroy()
  }

  #receive(chunk: string): void {
    this.#received += chunk
    const answer = parse(this.#received)
    if (answer === undefined) return
    this.#received = ''
    const settle = this.#settle
    this.#settle = undefined
    settle?.resolve(answer)
  }
}
