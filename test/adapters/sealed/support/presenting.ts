import { createHmac } from 'node:crypto'
import { CIBA } from '../../../support/ciba.ts'
import { DEVICE_CODE, openPage, sendForm } from '../../../support/device.ts'
import { exchangeForm } from '../../../support/granting.ts'
import { pkce, type RunningProvider } from '../../../support/start_provider.ts'
import { COOKIE_KEY } from './busy_provider.ts'

/** Presents a text where something of value is expected. Whatever it is answered, what counts is what was found. */
type Present = (op: RunningProvider, text: string) => Promise<unknown>

const secretOf = (op: RunningProvider) => ({ client_secret: op.client.client_secret ?? '' })

const asClient = (op: RunningProvider, form: Record<string, string>, route = 'token') =>
  op.post(route, { client_id: op.client.client_id, ...secretOf(op), ...form })

/** As somebody would who knows how the provider signs its cookies. */
function cookie(name: string, value: string): string {
  const signature = createHmac('sha1', COOKIE_KEY).update(`${name}=${value}`).digest('base64url')
  return `${name}=${value}; ${name}.sig=${signature}`
}

const challenged = () => ({ code_challenge: pkce().challenge, code_challenge_method: 'S256' })

/** What cannot stand in a cookie or header is presented nowhere. */
const isSendable = (text: string): boolean => /^[\w\-.~:+/=]{1,2048}$/.test(text)

const withHeaders =
  (
    headers: (text: string) => Record<string, string>,
    url: (op: RunningProvider, text: string) => string,
  ): Present =>
  async (op, text) =>
    isSendable(text) ? op.agent().get(url(op, text), headers(text)) : undefined

const bearer = (text: string) => ({ authorization: `Bearer ${text}` })

export const PLACES: Readonly<Record<string, Present>> = {
  'as an authorization code (RFC 6749 §4.1.3)': (op, code) =>
    asClient(op, {
      grant_type: 'authorization_code',
      code,
      redirect_uri: op.client.redirect_uris?.[0] ?? '',
      code_verifier: pkce().verifier,
    }),
  'as a refresh token (RFC 6749 §6)': (op, refresh_token) =>
    asClient(op, { grant_type: 'refresh_token', refresh_token }),
  'as a device code (RFC 8628 §3.4)': (op, device_code) =>
    asClient(op, { grant_type: DEVICE_CODE, device_code }),
  'as a backchannel authentication request (CIBA Core 1.0 §10.1)': (op, auth_req_id) =>
    asClient(op, { grant_type: CIBA, auth_req_id }),
  'as a token to exchange (RFC 8693 §2.1)': (op, token) => asClient(op, exchangeForm(token)),
  'as a token to introspect (RFC 7662 §2.1)': (op, token) => asClient(op, { token }, 'introspection'),
  'as a token to revoke (RFC 7009 §2.1)': (op, token) => asClient(op, { token }, 'revocation'),
  'as an access token (RFC 6750 §2.1)': withHeaders(bearer, (op) => op.provider.urlFor('userinfo')),
  'as an initial access token (RFC 7591 §3)': async (op, text) =>
    isSendable(text)
      ? op.agent().request(op.provider.urlFor('registration'), {
          method: 'POST',
          body: JSON.stringify({ redirect_uris: op.client.redirect_uris }),
          headers: { 'content-type': 'application/json', ...bearer(text) },
        })
      : undefined,
  'as a registration access token (RFC 7592 §2)': withHeaders(bearer, (op) =>
    op.provider.urlFor('client', { params: { clientId: op.client.client_id } }),
  ),
  'as a session cookie': withHeaders(
    (text) => ({ cookie: cookie('_session', text) }),
    (op) => op.authorizationUrl({ prompt: 'none', ...challenged() }),
  ),
  'as the cookie and address of an interaction': withHeaders(
    (text) => ({ cookie: `${cookie('_interaction', text)}; ${cookie('_interaction_resume', text)}` }),
    (op, text) => op.provider.urlFor('resume', { uid: encodeURIComponent(text) }),
  ),
  'as a request_uri (RFC 9126 §2.2)': (op, text) =>
    op.agent().get(op.authorizationUrl({ request_uri: `urn:ietf:params:oauth:request_uri:${text}` })),
  'as a user code (RFC 8628 §3.3)': async (op, user_code) => {
    const agent = op.agent()
    const { xsrf } = await openPage(op, agent)
    return sendForm(op, agent, { xsrf, user_code })
  },
}
