import { createHash } from 'node:crypto'
import { expect } from 'chai'
import type { AdapterPayload } from '../../../types/adapter.ts'
import type { ClientMetadata } from '../../../types/client.ts'
import type { Configuration } from '../../../types/configuration.ts'
import { type Credential, selfSigned } from '../../support/certificates.ts'
import { CIBA, grantFor, requestId } from '../../support/ciba.ts'
import { allow, askForCodes, DEVICE_CODE } from '../../support/device.ts'
import { codeForm, forToken, hashOf, newKey, prove, userinfoWith } from '../../support/dpop.ts'
import {
  bearerForm,
  CUSTOM,
  customForm,
  customGrant,
  EVERY_GRANT,
  exchangeForm,
  GRANTING,
} from '../../support/granting.ts'
import { jwtPayload } from '../../support/jwt_payload.ts'
import { mapAdapter } from '../../support/map_adapter.ts'
import { from, MTLS, startForMtls } from '../../support/mtls.ts'
import {
  type RunningProvider,
  stopProviders,
  type TokenAnswer,
  WEB_CLIENT,
} from '../../support/start_provider.ts'

type Form = Record<string, string>

const SECRET = WEB_CLIENT.client_secret ?? ''
const PLAIN: ClientMetadata = {
  ...WEB_CLIENT,
  client_id: 'plain',
  grant_types: EVERY_GRANT,
  backchannel_token_delivery_mode: 'poll',
}
const BOUND: ClientMetadata = { ...PLAIN, client_id: 'web', tls_client_certificate_bound_access_tokens: true }
const PUBLIC: ClientMetadata = {
  ...BOUND,
  client_id: 'app',
  client_secret: undefined,
  grant_types: ['authorization_code', 'refresh_token'],
  token_endpoint_auth_method: 'none',
}

async function start(configuration: Configuration = {}): Promise<RunningProvider> {
  const op = await startForMtls([BOUND, PLAIN, PUBLIC], {
    rotateRefreshToken: true,
    ...configuration,
    features: {
      ...GRANTING,
      ciba: { enabled: true, processLoginHint: (_ctx, hint) => hint, triggerAuthenticationDevice: () => {} },
      deviceFlow: { enabled: true },
      dPoP: { enabled: true },
      ...configuration.features,
    },
  })
  op.provider.registerGrantType(CUSTOM, customGrant, ['once'])
  return op
}

const credentialsOf = (clientId: string): Form =>
  clientId === 'app' ? { client_id: clientId } : { client_id: clientId, client_secret: SECRET }

const send = (
  op: RunningProvider,
  form: Form,
  credential: Credential | undefined,
  clientId = 'web',
  headers: Form = {},
) => op.post('token', { ...credentialsOf(clientId), ...form }, { ...from(credential), ...headers })

async function codeFor(op: RunningProvider, clientId = 'web'): Promise<Form> {
  const { code, verifier } = await op.authorize({ client_id: clientId })
  return codeForm(code, verifier)
}

const refreshForm = ({ body }: TokenAnswer): Form => ({
  grant_type: 'refresh_token',
  refresh_token: String(body['refresh_token']),
})

const userinfo = (
  op: RunningProvider,
  { body }: TokenAnswer,
  credential: Credential | undefined,
  headers: Form = {},
) =>
  userinfoWith(op, body['access_token'], {
    authorization: `Bearer ${body['access_token']}`,
    ...from(credential),
    ...headers,
  })

/** SHA-256 of the certificate as it is encoded. @see RFC 8705 §3.1 */
const thumbprint = ({ certificate }: Credential): string =>
  createHash('sha256').update(certificate.raw).digest('base64url')

async function find(op: RunningProvider, { body }: TokenAnswer) {
  const value = String(body['access_token'])
  return (await op.provider.AccessToken.find(value)) ?? (await op.provider.ClientCredentials.find(value))
}

/** What each grant is asked with. */
const FORMS: Readonly<Record<string, (op: RunningProvider) => Promise<Form> | Form>> = {
  'authorization code': (op) => codeFor(op),
  'client credentials': () => ({ grant_type: 'client_credentials' }),
  'device code': async (op) => {
    const codes = await askForCodes(op, credentialsOf('web'))
    await allow(op, op.agent(), codes.userCode)
    return { grant_type: DEVICE_CODE, device_code: codes.deviceCode }
  },
  CIBA: async (op) => {
    const id = await requestId(op)
    await op.provider.backchannelResult(id, await grantFor(op, id))
    return { grant_type: CIBA, auth_req_id: id }
  },
  'token exchange': async (op) => {
    const { body } = await send(op, await codeFor(op, 'plain'), undefined, 'plain')
    return exchangeForm(String(body['access_token']))
  },
  'JWT bearer': (op) => bearerForm(op),
  'a grant of the host': () => customForm(),
}

describe('access tokens bound to certificates (RFC 8705 §3)', () => {
  let own: Credential
  let other: Credential

  before(async () => {
    own = await selfSigned()
    other = await selfSigned()
  })
  afterEach(stopProviders)

  describe('with every grant', () => {
    for (const [grant, formOf] of Object.entries(FORMS)) {
      it(`${grant}: nothing is issued without a certificate, and what was presented stays usable`, async () => {
        const op = await start()
        const form = await formOf(op)

        const { status, body } = await send(op, form, undefined)

        expect([status, body['error']]).to.deep.equal([400, 'invalid_request'])
        expect((await send(op, form, own)).status).to.equal(200)
      })

      it(`M10 ${grant}: the access token has the thumbprint of the certificate (§3.1)`, async () => {
        const op = await start()

        const answer = await send(op, await formOf(op), own)

        expect((await find(op, answer))?.['x5t#S256']).to.equal(thumbprint(own))
        expect(answer.body['token_type']).to.equal('Bearer')
      })
    }

    it('a client that does not want it is asked for no certificate, and bound to none', async () => {
      const op = await start({
        features: {
          mTLS: {
            ...MTLS,
            getCertificate: () => {
              throw new Error('nobody should ask')
            },
          },
        },
      })

      const answer = await send(op, { grant_type: 'client_credentials' }, own, 'plain')

      expect(answer.status).to.equal(200)
      expect((await find(op, answer))?.isSenderConstrained()).to.equal(false)
    })

    it('M5 PEM that cannot be read binds nothing, and is no failure of ours', async () => {
      const op = await start({ features: { mTLS: { ...MTLS, getCertificate: () => 'no PEM' } } })

      const { status, body } = await send(op, { grant_type: 'client_credentials' }, own)

      expect([status, body['error']]).to.deep.equal([400, 'invalid_request'])
      expect(op.serverErrors).to.deep.equal([])
    })

    it('PEM is as long as certificates are: no more than 16 KB of it are read', async () => {
      const padded = (length: number) => `${own.cert}${' '.repeat(length - own.cert.length)}`
      const ask = async (length: number) => {
        const op = await start({ features: { mTLS: { ...MTLS, getCertificate: () => padded(length) } } })
        return (await send(op, { grant_type: 'client_credentials' }, own)).status
      }

      expect([await ask(16_384), await ask(16_385)]).to.deep.equal([200, 400])
    })

    it('D24 a proof of a key beside the certificate is invalid_request: a token has one binding (RFC 9449 §5)', async () => {
      const op = await start()
      const form = await codeFor(op)
      const dpop = await prove(newKey(), forToken(op))

      const { status, body } = await send(op, form, own, 'web', { dpop })

      expect([status, body['error']]).to.deep.equal([400, 'invalid_request'])
      expect((await send(op, form, own)).status).to.equal(200)
    })

    it('D24 a client that proves a key has its token bound to that, whatever certificate its connection has', async () => {
      const op = await start()
      const key = newKey()

      const answer = await send(op, await codeFor(op, 'plain'), own, 'plain', {
        dpop: await prove(key, forToken(op)),
      })

      const token = await find(op, answer)
      expect(token?.jkt).to.equal(key.jkt)
      expect(token?.['x5t#S256']).to.equal(undefined)
    })

    it('F138 a JWT has it as cnf (§3.1)', async () => {
      const resource = 'https://api.example.com'
      const op = await start({
        features: {
          resourceIndicators: {
            enabled: true,
            getResourceServerInfo: () => ({ scope: '', audience: resource, accessTokenFormat: 'jwt' }),
          },
        },
      })

      const { body } = await send(op, { grant_type: 'client_credentials', resource }, own)

      expect(jwtPayload(body['access_token'])['cnf']).to.deep.equal({ 'x5t#S256': thumbprint(own) })
    })

    it('A145 introspection tells it as cnf (§3.2)', async () => {
      const op = await start()
      const { body } = await send(op, { grant_type: 'client_credentials' }, own)

      const told = await op.post('introspection', {
        ...credentialsOf('plain'),
        token: String(body['access_token']),
      })

      expect(told.body['cnf']).to.deep.equal({ 'x5t#S256': thumbprint(own) })
    })
  })

  describe('at the userinfo endpoint', () => {
    it('U11 A143 another certificate, or none, or one that cannot be read, is 401 invalid_token', async () => {
      const op = await start()
      const answer = await send(op, await codeFor(op), own)
      const unreadable = { ...other, cert: 'no PEM' }

      for (const credential of [other, undefined, unreadable]) {
        const { status, headers } = await userinfo(op, answer, credential)
        expect(status).to.equal(401)
        expect(headers.get('www-authenticate')).to.include('error="invalid_token"')
      }
      expect(op.serverErrors).to.deep.equal([])
    })

    it('U11 D17 a proof of a key does not replace the certificate', async () => {
      const op = await start()
      const answer = await send(op, await codeFor(op), own)
      const { access_token: token } = answer.body
      const dpop = await prove(newKey(), {
        htm: 'GET',
        htu: op.provider.urlFor('userinfo'),
        ath: hashOf(token),
      })

      expect((await userinfo(op, answer, own, { dpop })).status).to.equal(401)
      expect((await userinfo(op, answer, own, { authorization: `DPoP ${token}`, dpop })).status).to.equal(401)
    })

    it('U11 A143 its certificate opens it', async () => {
      const op = await start()
      const answer = await send(op, await codeFor(op), own)

      const { status, body } = await userinfo(op, answer, own)

      expect([status, body['sub']]).to.deep.equal([200, 'alice'])
    })

    it('a token that is bound to nothing is asked for no certificate', async () => {
      const op = await start()
      const answer = await send(op, await codeFor(op, 'plain'), undefined, 'plain')

      expect((await userinfo(op, answer, other)).status).to.equal(200)
    })

    it('U11 a token that was bound opens nothing once the feature is off', async () => {
      const entries = new Map<string, AdapterPayload>()
      const on = await start({ adapter: mapAdapter(entries) })
      const answer = await send(on, await codeFor(on), own)
      const off = await start({
        adapter: mapAdapter(entries),
        features: { mTLS: { ...MTLS, certificateBoundAccessTokens: false } },
      })

      expect((await userinfo(on, answer, own)).status).to.equal(200)
      expect((await userinfo(off, answer, own)).status).to.equal(401)
    })
  })

  describe('refresh tokens', () => {
    it('A131 a client that authenticates may come with another certificate: the new access token is bound to that (§7.1)', async () => {
      const op = await start()
      const first = await send(op, await codeFor(op), own)

      const second = await send(op, refreshForm(first), other)

      expect(
        (await op.provider.RefreshToken.find(String(second.body['refresh_token'])))?.isSenderConstrained(),
      ).to.equal(false)
      expect((await find(op, second))?.['x5t#S256']).to.equal(thumbprint(other))
    })

    it('M7 A130 that of a public client is bound: another certificate, or none, is invalid_grant, and revokes nothing (§4)', async () => {
      const op = await start()
      const first = await send(op, await codeFor(op, 'app'), own, 'app')

      for (const credential of [other, undefined]) {
        const { status, body } = await send(op, refreshForm(first), credential, 'app')
        expect([status, body['error']]).to.deep.equal([400, 'invalid_grant'])
      }
      expect((await send(op, refreshForm(first), own, 'app')).status).to.equal(200)
    })

    it('A130 what comes of it is bound again, rotation after rotation (§4)', async () => {
      const op = await start()
      let answer = await send(op, await codeFor(op, 'app'), own, 'app')

      for (let times = 0; times < 3; times += 1) {
        answer = await send(op, refreshForm(answer), own, 'app')
        const refreshToken = await op.provider.RefreshToken.find(String(answer.body['refresh_token']))
        expect(refreshToken?.['x5t#S256']).to.equal(thumbprint(own))
        expect((await find(op, answer))?.['x5t#S256']).to.equal(thumbprint(own))
      }
    })

    it('M7 D24 a proof of a key does not replace the certificate', async () => {
      const op = await start()
      const first = await send(op, await codeFor(op, 'app'), own, 'app')
      const dpop = await prove(newKey(), forToken(op))

      const { status } = await send(op, refreshForm(first), undefined, 'app', { dpop })

      expect(status).to.equal(400)
    })
  })

  describe('clients (A049 A050)', () => {
    it('D25 access tokens of a browser are bound to nothing: such response types are refused', async () => {
      const started = startForMtls(
        [
          {
            ...BOUND,
            grant_types: ['authorization_code', 'implicit'],
            response_types: ['code', 'code token'],
          },
        ],
        { responseTypes: ['code', 'code token'] },
      )

      expect(String(await started.catch((error) => error))).to.include(
        'must not yield access tokens where tls_client_certificate_bound_access_tokens is true',
      )
    })

    it('A049 a token has one binding', async () => {
      const started = startForMtls(
        [
          {
            ...BOUND,
            dpop_bound_access_tokens: true,
            grant_types: ['client_credentials'],
            response_types: [],
            redirect_uris: [],
          },
        ],
        {
          features: { dPoP: { enabled: true } },
        },
      )

      expect(String(await started.catch((error) => error))).to.include('must not both be true')
    })

    it('F109 while it is off the metadata are a stray, and nothing is bound', async () => {
      const op = await start({ features: { mTLS: { ...MTLS, certificateBoundAccessTokens: false } } })

      const answer = await send(op, { grant_type: 'client_credentials' }, own)

      expect((await find(op, answer))?.isSenderConstrained()).to.equal(false)
    })
  })
})
