import type { IncomingMessage, ServerResponse } from 'node:http'
import { type JsonObject, signJwt, unsecuredJwt } from '../../lib/helpers/jose/jwt.ts'
import { tokenHash } from '../../lib/helpers/jose/token_hash.ts'
import {
  type Client,
  type ClientMetadata,
  Issuer,
  type IssuerMetadata,
} from '../../lib/relying_party/index.ts'
import { rsaPair } from './key_pair.ts'
import { type LocalServer, startServer } from './local_server.ts'

const RSA = rsaPair()
const OTHER = rsaPair()

export const SECRET = 'a secret with 32 characters or so'
export const now = (): number => Math.floor(Date.now() / 1000)

/** How a forged ID Token is signed. */
export interface Forgery {
  alg?: string
  kid?: string | undefined
  typ?: string | undefined
  by?: 'issuer' | 'stranger' | 'secret' | 'public key' | 'nobody'
}

const PUBLIC_JWK = RSA.publicKey.export({ format: 'jwk' })
const PUBLIC_PEM = RSA.publicKey.export({ format: 'pem', type: 'spki' })

/** An issuer whose every answer a test decides: it may lie. */
export class FakeIssuer {
  readonly server: LocalServer
  /** What the token endpoint says. */
  tokens: JsonObject = { access_token: 'token', token_type: 'Bearer' }
  /** Any other answer, by path. */
  readonly answers = new Map<string, (req: IncomingMessage, res: ServerResponse, body: string) => void>()
  /** What the token endpoint was sent. */
  readonly posted: URLSearchParams[] = []
  keys: JsonObject[] = [{ ...PUBLIC_JWK, kid: 'one', use: 'sig' }]

  constructor(server: LocalServer) {
    this.server = server
  }

  get url(): string {
    return this.server.origin
  }

  /** Requests so far to this path. */
  count(path: string): number {
    return this.server.requests.filter(({ url }) => url?.startsWith(path)).length
  }

  get metadata(): IssuerMetadata {
    return {
      issuer: this.url,
      authorization_endpoint: `${this.url}/auth`,
      token_endpoint: `${this.url}/token`,
      userinfo_endpoint: `${this.url}/me`,
      introspection_endpoint: `${this.url}/introspect`,
      revocation_endpoint: `${this.url}/revoke`,
      device_authorization_endpoint: `${this.url}/device`,
      pushed_authorization_request_endpoint: `${this.url}/par`,
      end_session_endpoint: `${this.url}/bye`,
      jwks_uri: `${this.url}/jwks`,
    }
  }

  issuer(more: Partial<IssuerMetadata> = {}): Issuer {
    return new Issuer({ ...this.metadata, ...more })
  }

  client(metadata: Partial<ClientMetadata> = {}, more: Partial<IssuerMetadata> = {}): Client {
    const issuer = this.issuer(more)
    return new issuer.Client({ client_id: 'rp', client_secret: SECRET, ...metadata })
  }

  /** Claims of an ID Token that is right. */
  claims(more: JsonObject = {}): JsonObject {
    return { iss: this.url, sub: 'alice', aud: 'rp', exp: now() + 60, iat: now(), ...more }
  }

  idToken(
    claims: JsonObject = {},
    { alg = 'RS256', kid = 'one', typ, by = 'issuer' }: Forgery = {},
  ): Promise<string> {
    const header = typ === undefined ? {} : { typ }
    const payload = Object.fromEntries(
      Object.entries(this.claims(claims)).filter(([, value]) => value !== undefined),
    )
    if (by === 'nobody') return Promise.resolve(unsecuredJwt(payload))
    if (by === 'secret') return signJwt(payload, { alg, kid, header, key: Buffer.from(SECRET) })
    if (by === 'public key') return signJwt(payload, { alg, kid, header, key: Buffer.from(PUBLIC_PEM) })
    return signJwt(payload, { alg, kid, header, key: by === 'issuer' ? RSA.privateKey : OTHER.privateKey })
  }

  hash(value: string): string {
    return tokenHash(value, 'RS256')
  }
}

const send = (res: ServerResponse, body: unknown) =>
  res.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body))

async function read(req: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of req) text += String(chunk)
  return text
}

/** `stopServers` ends it. */
export async function startFakeIssuer(): Promise<FakeIssuer> {
  let fake: FakeIssuer | undefined
  const serve = async (req: IncomingMessage, res: ServerResponse) => {
    if (fake === undefined) return
    const body = await read(req)
    const [path = ''] = (req.url ?? '').split('?', 1)
    const answer = fake.answers.get(path)
    if (path === '/token') fake.posted.push(new URLSearchParams(body))
    if (answer !== undefined) answer(req, res, body)
    else if (path === '/jwks') send(res, { keys: fake.keys })
    else if (path === '/token') send(res, fake.tokens)
    else if (path === '/.well-known/openid-configuration') send(res, fake.metadata)
    else res.writeHead(404).end()
  }
  fake = new FakeIssuer(
    await startServer((req, res) => {
      serve(req, res).catch(() => res.destroy())
    }),
  )
  return fake
}
