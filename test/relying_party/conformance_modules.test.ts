import { expect } from 'chai'
import { type JsonObject, signJwt } from '../../lib/helpers/jose/jwt.ts'
import {
  type CallbackParamsType,
  Issuer,
  type OpenIDCallbackChecks,
  type TokenSet,
} from '../../lib/relying_party/index.ts'
import { normalizeIdentifier } from '../../lib/relying_party/webfinger.ts'
import { type FakeIssuer, type Forgery, startFakeIssuer } from '../support/fake_issuer.ts'
import { ecPair, type KeyPair, rsaPair } from '../support/key_pair.ts'
import { stopServers } from '../support/local_server.ts'
import { REDIRECT_URI } from '../support/relying_party.ts'
import { accepts, rejects } from './module_outcomes.ts'

const NONCE = 'the nonce of this login'

/** The code flow, with what the issuer says in its ID Token. */
async function codeFlow(
  op: FakeIssuer,
  claims: JsonObject = {},
  forgery: Forgery = {},
  metadata = {},
): Promise<TokenSet> {
  op.tokens = {
    access_token: 'token',
    token_type: 'Bearer',
    id_token: await op.idToken({ nonce: NONCE, ...claims }, forgery),
  }
  return op.client(metadata).callback(REDIRECT_URI, { code: 'code' }, { nonce: NONCE, response_type: 'code' })
}

/** The hybrid flow, with what the issuer says in front. */
async function hybridFlow(
  op: FakeIssuer,
  claims: JsonObject,
  params: CallbackParamsType = {},
): Promise<TokenSet> {
  const good = { nonce: NONCE, c_hash: op.hash('code'), at_hash: op.hash('token') }
  op.tokens = { access_token: 'second', token_type: 'Bearer', id_token: await op.idToken({ nonce: NONCE }) }
  const checks: OpenIDCallbackChecks = { nonce: NONCE, response_type: 'code id_token token' }
  const id_token = await op.idToken({ ...good, ...claims })
  const response = { code: 'code', access_token: 'token', token_type: 'Bearer', id_token, ...params }
  return op.client().callback(REDIRECT_URI, response, checks)
}

const serveUserinfo = (op: FakeIssuer, sub: string, seen: unknown[] = []) =>
  op.answers.set('/me', ({ method, headers }, res, body) => {
    seen.push([method, headers.authorization, body])
    res.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ sub }))
  })

/** Modules of the conformance suite for relying parties, by their names: each with what it asks of one to pass. */
const MODULES: Readonly<Record<string, (op: FakeIssuer) => Promise<void>>> = {
  'oidcc-client-test': (op) => accepts(codeFlow(op)),
  'oidcc-client-test-nonce-invalid': (op) => rejects(codeFlow(op, { nonce: 'another' }), /nonce/),
  'oidcc-client-test-invalid-iss': (op) => rejects(codeFlow(op, { iss: `${op.url}1` }), /iss/),
  'oidcc-client-test-invalid-aud': (op) => rejects(codeFlow(op, { aud: 'rp1' }), /aud/),
  'oidcc-client-test-missing-aud': (op) => rejects(codeFlow(op, { aud: undefined }), /aud/),
  'oidcc-client-test-missing-iat': (op) => rejects(codeFlow(op, { iat: undefined }), /iat/),
  'oidcc-client-test-missing-sub': (op) => rejects(codeFlow(op, { sub: undefined }), /sub/),
  'oidcc-client-test-idtoken-sig-rs256': (op) => accepts(codeFlow(op, {}, { alg: 'RS256' })),
  'oidcc-client-test-idtoken-sig-none': (op) =>
    accepts(codeFlow(op, {}, { by: 'nobody' }, { id_token_signed_response_alg: 'none' })),
  'oidcc-client-test-invalid-sig-rs256': (op) => rejects(codeFlow(op, {}, { by: 'stranger' }), /signature/),
  'oidcc-client-test-invalid-sig-hs256': (op) =>
    rejects(
      codeFlow(op, {}, { by: 'public key', alg: 'HS256' }, { id_token_signed_response_alg: 'HS256' }),
      /signature/,
    ),
  'oidcc-client-test-kid-absent-single-jwks': (op) => accepts(codeFlow(op, {}, { kid: undefined })),
  'oidcc-client-test-missing-athash': (op) => rejects(hybridFlow(op, { at_hash: undefined }), /at_hash/),
  'oidcc-client-test-invalid-athash': (op) => rejects(hybridFlow(op, { at_hash: op.hash('x') }), /at_hash/),
  'oidcc-client-test-invalid-chash': (op) => rejects(hybridFlow(op, { c_hash: op.hash('x') }), /c_hash/),
  'oidcc-client-test-missing-chash': (op) => rejects(hybridFlow(op, { c_hash: undefined }), /c_hash/),
  'oidcc-client-test-invalid-sig-es256': async (op) => {
    const [own, other] = [ecPair(), ecPair()]
    op.keys.push({ ...own.publicKey.export({ format: 'jwk' }), kid: 'two', use: 'sig' })
    const loginBy = async ({ privateKey: key }: KeyPair) => {
      const id_token = await signJwt(op.claims({ nonce: NONCE }), { alg: 'ES256', kid: 'two', key })
      op.tokens = { access_token: 'token', token_type: 'Bearer', id_token }
      const client = op.client({ id_token_signed_response_alg: 'ES256' })
      return client.callback(REDIRECT_URI, { code: 'code' }, { nonce: NONCE })
    }
    await accepts(loginBy(own))
    await rejects(loginBy(other), /signature/)
  },
  'oidcc-client-test-kid-absent-multiple-jwks': (op) => {
    const other = rsaPair().publicKey.export({ format: 'jwk' })
    op.keys = [{ ...other, kid: 'two', use: 'sig' }, ...op.keys]
    return accepts(codeFlow(op, {}, { kid: undefined }))
  },
  'oidcc-client-test-scope-userinfo-claims': async (op) => {
    const client = op.client()
    const asked = new URL(client.authorizationUrl({ scope: 'openid profile email' }))
    expect(asked.searchParams.get('scope')).to.equal('openid profile email')
    op.answers.set('/me', (_req, res) => {
      const claims = { sub: 'alice', name: 'Alice', email: 'alice@example.com' }
      res.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(claims))
    })
    const claims = await client.userinfo(await codeFlow(op))
    expect(claims).to.include({ name: 'Alice', email: 'alice@example.com' })
  },
  'oidcc-client-test-userinfo-signed': async (op) => {
    const signed = await op.idToken({ email: 'alice@example.com' })
    op.answers.set('/me', (_req, res) => {
      res.writeHead(200, { 'content-type': 'application/jwt' }).end(signed)
    })
    const client = op.client({ userinfo_signed_response_alg: 'RS256' })
    expect((await client.userinfo(await codeFlow(op))).email).to.equal('alice@example.com')
  },
  'oidcc-client-test-dynamic-registration': async (op) => {
    const sent: unknown[] = []
    op.answers.set('/register', (_req, res, body) => {
      sent.push(JSON.parse(body))
      const registered = { client_id: 'made', client_secret: 'secret', redirect_uris: [REDIRECT_URI] }
      res.writeHead(201, { 'content-type': 'application/json' }).end(JSON.stringify(registered))
    })
    const { Client } = op.issuer({ registration_endpoint: `${op.url}/register` })
    const client = await Client.register({ redirect_uris: [REDIRECT_URI] })
    expect(sent).to.deep.equal([{ redirect_uris: [REDIRECT_URI] }])
    expect(client.metadata).to.include({ client_id: 'made', client_secret: 'secret' })
  },
  'oidcc-client-test-signing-key-rotation-just-before-signing': async (op) => {
    const client = op.client()
    const [known = {}] = op.keys
    const before = rsaPair().publicKey.export({ format: 'jwk' })
    op.keys = [{ ...before, kid: 'before', use: 'sig' }]
    await client.issuer.keystore()
    op.keys = [known]
    op.tokens = { access_token: 'x', token_type: 'Bearer', id_token: await op.idToken({ nonce: NONCE }) }
    await accepts(client.callback(REDIRECT_URI, { code: 'code' }, { nonce: NONCE }))
  },
  'oidcc-client-test-userinfo-invalid-sub': async (op) => {
    serveUserinfo(op, 'mallory')
    await rejects(op.client().userinfo(await codeFlow(op)), /sub mismatch/)
  },
  'oidcc-client-test-userinfo-bearer-header': async (op) => {
    const seen: unknown[] = []
    serveUserinfo(op, 'alice', seen)
    expect((await op.client().userinfo(await codeFlow(op))).sub).to.equal('alice')
    expect(seen).to.deep.equal([['GET', 'Bearer token', '']])
  },
  'oidcc-client-test-userinfo-bearer-body': async (op) => {
    const seen: unknown[] = []
    serveUserinfo(op, 'alice', seen)
    await op.client().userinfo(await codeFlow(op), { method: 'POST', via: 'body' })
    expect(seen).to.deep.equal([['POST', undefined, 'access_token=token']])
  },
  'oidcc-client-test-client-secret-basic': async (op) => {
    await codeFlow(op)
    expect(op.server.requests.find(({ url }) => url === '/token')?.headers.authorization).to.match(/^Basic /)
  },
  'oidcc-client-test-signing-key-rotation': async (op) => {
    const client = op.client()
    await client.issuer.keystore()
    const fresh = rsaPair().publicKey.export({ format: 'jwk' })
    const [known = {}] = op.keys
    op.keys = [{ ...fresh, kid: 'before', use: 'sig' }]
    await client.issuer.keystore(true)
    op.keys = [known]
    op.tokens = { access_token: 'x', token_type: 'Bearer', id_token: await op.idToken({ nonce: NONCE }) }
    await accepts(client.callback(REDIRECT_URI, { code: 'code' }, { nonce: NONCE }))
  },
  'oidcc-client-test-discovery-openid-config': async (op) => {
    expect((await Issuer.discover(op.url)).metadata).to.deep.equal(op.metadata)
  },
  'oidcc-client-test-discovery-jwks-uri-keys': async (op) => {
    expect((await (await Issuer.discover(op.url)).keystore()).get({ alg: 'RS256' })?.kid).to.equal('one')
  },
  'oidcc-client-test-discovery-issuer-mismatch': async (op) => {
    op.answers.set('/.well-known/openid-configuration', (_req, res) => {
      res.end(JSON.stringify({ ...op.metadata, issuer: 'https://op.example.com' }))
    })
    await rejects(Issuer.discover(op.url), /issuer mismatch/)
  },
  'oidcc-client-test-discovery-webfinger-acct': async () => {
    expect(normalizeIdentifier('acct:joe@example.com')).to.deep.equal({
      resource: 'acct:joe@example.com',
      host: 'example.com',
    })
  },
  'oidcc-client-test-discovery-webfinger-url': async () => {
    const resource = 'https://example.com/joe'
    expect(normalizeIdentifier(resource)).to.deep.equal({ resource, host: 'example.com' })
  },
}

describe('modules of the OpenID conformance suite for relying parties, by name', () => {
  afterEach(stopServers)
  for (const [module, run] of Object.entries(MODULES)) it(module, async () => run(await startFakeIssuer()))
})
