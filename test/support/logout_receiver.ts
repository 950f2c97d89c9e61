import type { IncomingMessage, ServerResponse } from 'node:http'
import { jwtPayload } from './jwt_payload.ts'
import { type LocalServer, startServer } from './local_server.ts'

/** What a client was told. */
export interface Told {
  readonly path: string
  readonly contentType: string | undefined
  readonly token: string
  readonly header: Record<string, unknown>
  readonly payload: Record<string, unknown>
}

export interface LogoutReceiver extends LocalServer {
  readonly told: Told[]
  /** Requests that have begun and not been answered, most of them at once. */
  readonly atOnce: { most: number }
}

async function bodyOf(req: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of req) if (chunk instanceof Uint8Array) chunks.push(Buffer.from(chunk))
  return Buffer.concat(chunks).toString()
}

const headerOf = (jwt: string): Record<string, unknown> => ({
  ...Object(JSON.parse(Buffer.from(jwt.split('.')[0] ?? '', 'base64url').toString())),
})

/**
 * A server of clients that logout tokens are posted to.
 * @param answer how it answers once it has read everything; the default takes the token
 */
export async function startLogoutReceiver(
  answer: (res: ServerResponse, told: Told) => void = (res) => res.writeHead(200).end(),
): Promise<LogoutReceiver> {
  const told: Told[] = []
  const atOnce = { most: 0 }
  let underWay = 0
  const server = await startServer(async (req, res) => {
    underWay += 1
    atOnce.most = Math.max(atOnce.most, underWay)
    res.on('close', () => {
      underWay -= 1
    })
    const token = new URLSearchParams(await bodyOf(req)).get('logout_token') ?? ''
    const isSigned = token.split('.').length === 3
    const one = {
      path: req.url ?? '',
      contentType: req.headers['content-type'],
      token,
      header: headerOf(token),
      payload: isSigned ? jwtPayload(token) : {},
    }
    told.push(one)
    answer(res, one)
  })
  return { ...server, told, atOnce }
}
