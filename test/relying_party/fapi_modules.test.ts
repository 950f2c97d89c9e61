import { expect } from 'chai'
import { CompactEncrypt, importJWK } from 'jose'
import type { JsonObject } from '../../lib/helpers/jose/jwt.ts'
import type { CallbackParamsType, ClientMetadata, TokenSet } from '../../lib/relying_party/index.ts'
import { CLIENT_JWKS, PUBLIC_JWKS } from '../support/client_keys.ts'
import { type FakeIssuer, type Forgery, now, startFakeIssuer } from '../support/fake_issuer.ts'
import { stopServers } from '../support/local_server.ts'
import { REDIRECT_URI } from '../support/relying_party.ts'
import { accepts, rejects } from './module_outcomes.ts'

const NONCE = 'the nonce of this login'
const STATE = 'the state of this login'
const SIGNED: Forgery = { alg: 'PS256' }
const WEEK = 7 * 24 * 60 * 60

const METADATA = {
  client_id: 'rp',
  token_endpoint_auth_method: 'private_key_jwt',
  token_endpoint_auth_signing_alg: 'PS256',
  id_token_signed_response_alg: 'PS256',
} satisfies ClientMetadata

/** What is wrong with an answer; nothing where nothing is. */
interface Wrong {
  claims?: JsonObject
  forgery?: Forgery
  /** Members of the token response. */
  tokens?: JsonObject
  metadata?: Partial<ClientMetadata>
  protect?: (idToken: string) => Promise<string>
}

type Login = (op: FakeIssuer, wrong?: Wrong) => Promise<TokenSet>

const unchanged = async (idToken: string) => idToken

const tokenResponse = async (
  op: FakeIssuer,
  { tokens, protect = unchanged }: Wrong,
): Promise<JsonObject> => ({
  access_token: 'token',
  token_type: 'Bearer',
  expires_in: 60,
  id_token: await protect(await op.idToken({ nonce: NONCE }, SIGNED)),
  ...tokens,
})

/** FAPI 1.0: an ID Token in front says whose code it is. The wrong is there. */
const fapi1: Login = async (op, wrong = {}) => {
  const { claims = {}, forgery = SIGNED, metadata = {}, protect = unchanged } = wrong
  op.tokens = await tokenResponse(op, wrong)
  const hashes = { c_hash: op.hash('code'), s_hash: op.hash(STATE) }
  const id_token = await protect(await op.idToken({ nonce: NONCE, ...hashes, ...claims }, forgery))
  const { FAPIClient } = op.issuer()
  const client = new FAPIClient({ ...METADATA, ...metadata }, CLIENT_JWKS)
  const checks = { nonce: NONCE, state: STATE, response_type: 'code id_token' }
  return client.callback(REDIRECT_URI, { code: 'code', state: STATE, id_token }, checks)
}

/** FAPI 2.0: the code flow; the wrong is in the ID Token of the token endpoint. */
const fapi2: Login = async (op, wrong = {}) => {
  const { claims = {}, forgery = SIGNED, metadata = {} } = wrong
  const id_token = await op.idToken({ nonce: NONCE, ...claims }, forgery)
  op.tokens = { ...(await tokenResponse(op, wrong)), id_token }
  const issuer = op.issuer({ authorization_response_iss_parameter_supported: true })
  const client = new issuer.Client({ ...METADATA, ...metadata }, CLIENT_JWKS)
  const checks = { nonce: NONCE, state: STATE, code_verifier: 'x'.repeat(43) }
  return client.callback(REDIRECT_URI, { code: 'code', state: STATE, iss: op.url }, checks)
}

async function encrypted(idToken: string): Promise<string> {
  const key = await importJWK(Object(PUBLIC_JWKS.keys.find(({ kid }) => kid === 'rsa-enc')), 'RSA-OAEP')
  return new CompactEncrypt(Buffer.from(idToken))
    .setProtectedHeader({ alg: 'RSA-OAEP', enc: 'A256GCM', cty: 'JWT' })
    .encrypt(key)
}

/** What both profiles ask of an ID Token, by what follows the prefix of the module. */
const ID_TOKENS = (login: Login): Readonly<Record<string, (op: FakeIssuer) => Promise<void>>> => {
  const refuses =
    (wrong: Wrong | ((op: FakeIssuer) => Wrong), reason: RegExp) =>
    (op: FakeIssuer): Promise<void> =>
      rejects(login(op, typeof wrong === 'function' ? wrong(op) : wrong), reason)
  return {
    'invalid-aud': refuses({ claims: { aud: 'rp1' } }, /: aud is/),
    'invalid-secondary-aud': refuses({ claims: { aud: ['rp', 'another'] } }, /property azp/),
    'invalid-iss': refuses((op) => ({ claims: { iss: `${op.url}1` } }), /iss value/),
    'invalid-nonce': refuses({ claims: { nonce: 'another' } }, /nonce/),
    'invalid-signature': refuses({ forgery: { ...SIGNED, by: 'stranger' } }, /signature/),
    'invalid-null-alg': refuses({ forgery: { by: 'nobody' } }, /alg must be PS256/),
    'invalid-alternate-alg': refuses({ forgery: { alg: 'RS256' } }, /alg must be PS256/),
    'invalid-expired-exp': refuses(() => ({ claims: { exp: now() - 3600, iat: now() - 3660 } }), /expired/),
    'invalid-missing-aud': refuses({ claims: { aud: undefined } }, /: aud is/),
    'invalid-missing-exp': refuses({ claims: { exp: undefined } }, /property exp/),
    'invalid-missing-iss': refuses({ claims: { iss: undefined } }, /iss value/),
    'invalid-missing-nonce': refuses({ claims: { nonce: undefined } }, /nonce/),
    'valid-aud-as-array': (op) => accepts(login(op, { claims: { aud: ['rp'] } })),
    'no-scope-in-token-endpoint-response': async (op) => {
      const tokens = await login(op)
      expect(tokens.scope).to.equal(undefined)
      expect(tokens.claims().sub).to.equal('alice')
    },
    'token-type-case-insensitivity': async (op) => {
      const tokens = await login(op, { tokens: { token_type: 'bEaReR' } })
      op.answers.set('/me', ({ headers }, res) => {
        const isAsked = /^bearer token$/i.test(headers.authorization ?? '')
        res.writeHead(isAsked ? 200 : 401, { 'content-type': 'application/json' }).end('{"sub":"alice"}')
      })
      expect((await op.client().userinfo(tokens)).sub).to.equal('alice')
    },
  }
}

const FAPI_1: Readonly<Record<string, (op: FakeIssuer) => Promise<void>>> = {
  ...ID_TOKENS(fapi1),
  'encrypted-idtoken': (op) =>
    accepts(
      fapi1(op, {
        protect: encrypted,
        metadata: {
          id_token_encrypted_response_alg: 'RSA-OAEP',
          id_token_encrypted_response_enc: 'A256GCM',
        },
      }),
    ),
  'iat-is-week-in-past': (op) => rejects(fapi1(op, { claims: { iat: now() - WEEK } }), /too far in the past/),
  'invalid-chash': (op) => rejects(fapi1(op, { claims: { c_hash: op.hash('x') } }), /c_hash/),
  'invalid-shash': (op) => rejects(fapi1(op, { claims: { s_hash: op.hash('x') } }), /s_hash/),
  'invalid-missing-shash': (op) => rejects(fapi1(op, { claims: { s_hash: undefined } }), /s_hash/),
}

/** An authorization response that is a JWT. */
async function byJwt(op: FakeIssuer, claims: JsonObject = {}, forgery: Forgery = SIGNED): Promise<TokenSet> {
  op.tokens = await tokenResponse(op, {})
  const members = { code: 'code', state: STATE, sub: undefined, ...claims }
  const params: CallbackParamsType = { response: await op.idToken(members, forgery) }
  const metadata = { ...METADATA, authorization_signed_response_alg: 'PS256' }
  const client = new (op.issuer().FAPIClient)(metadata, CLIENT_JWKS)
  return client.callback(REDIRECT_URI, params, {
    nonce: NONCE,
    state: STATE,
    response_type: 'code',
    jarm: true,
  })
}

const JARM: Readonly<Record<string, (op: FakeIssuer) => Promise<void>>> = {
  'signature-algorithm-is-not-none': (op) => rejects(byJwt(op, {}, { by: 'nobody' }), /alg must be PS256/),
  'with-expired-exp-fails': (op) => rejects(byJwt(op, { exp: now() - 3600, iat: now() - 3660 }), /expired/),
  'with-invalid-aud-fails': (op) => rejects(byJwt(op, { aud: 'rp1' }), /: aud is/),
  'with-invalid-iss-fails': (op) => rejects(byJwt(op, { iss: `${op.url}1` }), /iss value/),
  'with-invalid-sig-fails': (op) => rejects(byJwt(op, {}, { ...SIGNED, by: 'stranger' }), /signature/),
  'without-aud-fails': (op) => rejects(byJwt(op, { aud: undefined }), /: aud is/),
  'without-exp-fails': (op) => rejects(byJwt(op, { exp: undefined }), /property exp/),
  'without-iss-fails': (op) => rejects(byJwt(op, { iss: undefined }), /iss value/),
}

async function refreshes(op: FakeIssuer): Promise<void> {
  const tokens = await fapi1(op, { tokens: { refresh_token: 'refresh' } })
  const { FAPIClient } = op.issuer()
  const client = new FAPIClient(METADATA, CLIENT_JWKS)
  op.tokens = await tokenResponse(op, { tokens: { access_token: 'next' } })
  const later = await client.refresh(tokens)
  expect(op.posted.at(-1)?.get('refresh_token')).to.equal('refresh')
  expect(later.access_token).to.equal('next')
  op.tokens = { ...op.tokens, id_token: await op.idToken({ sub: 'mallory' }, SIGNED) }
  await rejects(client.refresh(tokens), /sub mismatch/)
}

const PREFIX_1 = 'fapi1-advanced-final-client-test'
const PREFIX_2 = 'fapi2-security-profile-final-client-test'

describe('modules of the conformance suite about relying parties under FAPI, by name', () => {
  afterEach(stopServers)

  it(`${PREFIX_1}`, async () => accepts(fapi1(await startFakeIssuer())))
  for (const [module, run] of Object.entries(FAPI_1))
    it(`${PREFIX_1}-${module}`, async () => run(await startFakeIssuer()))
  it('fapi1-advanced-final-client-refresh-token-test', async () => refreshes(await startFakeIssuer()))
  it('a response that is a JWT is accepted (JWT Secured Authorization Response Mode §2.4)', async () =>
    accepts(byJwt(await startFakeIssuer())))
  for (const [module, run] of Object.entries(JARM))
    it(`${PREFIX_1}-ensure-jarm-${module}`, async () => run(await startFakeIssuer()))

  it(`${PREFIX_2}-happy-path`, async () => accepts(fapi2(await startFakeIssuer())))
  for (const [module, run] of Object.entries(ID_TOKENS(fapi2)))
    it(`${PREFIX_2}-${module}`, async () => run(await startFakeIssuer()))
  it(`${PREFIX_2}-invalid-authorization-response-iss`, async () => {
    const op = await startFakeIssuer()
    await rejects(op.client().callback(REDIRECT_URI, { code: 'code', iss: `${op.url}1` }), /iss mismatch/)
  })
  it(`${PREFIX_2}-remove-authorization-response-iss`, async () => {
    const op = await startFakeIssuer()
    const client = op.client({}, { authorization_response_iss_parameter_supported: true })
    await rejects(client.callback(REDIRECT_URI, { code: 'code' }), /iss missing/)
  })
})
