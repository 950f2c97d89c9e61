import { generators, Issuer } from 'openid-provider/client'

const OWN = 'http://localhost:3000'

/** Issuer of another product, if you have one at hand. */
const { FOREIGN } = process.env
const foreign = {
  issuer: FOREIGN,
  client_id: 'federated',
  client_secret: 'replace-this-by-32-random-characters',
}

/** Whom people may come from: add yours. */
export const OTHERS = new Map([
  [
    'elsewhere',
    {
      issuer: 'http://localhost:3002',
      client_id: 'federated',
      client_secret: 'replace-this-by-32-random-characters',
    },
  ],
  ...(FOREIGN === undefined ? [] : [['foreign', foreign]]),
])

/** One for each: the response of one provider is never sent to another (RFC 9700 §4.4.2). */
const redirectUriOf = (name) => `${OWN}/federated/${name}/cb`

async function discover(name) {
  const { issuer, ...metadata } = OTHERS.get(name)
  const { Client } = await Issuer.discover(issuer)
  return new Client({ ...metadata, redirect_uris: [redirectUriOf(name)] })
}

const clients = new Map()

/** Discovered when somebody needs it: this provider starts while another one is down. */
function clientOf(name) {
  if (!clients.has(name)) {
    const discovered = discover(name)
    clients.set(name, discovered)
    discovered.catch(() => clients.delete(name))
  }
  return clients.get(name)
}

// Logins that are on their way, by their state; give them an end in your storage.
const logins = new Map()

/** Where to send the browser of an interaction. */
export async function leave(name, uid) {
  const client = await clientOf(name)
  const login = {
    state: generators.state(),
    nonce: generators.nonce(),
    code_verifier: generators.codeVerifier(),
  }
  logins.set(login.state, { ...login, name, uid })
  return client.authorizationUrl({
    scope: 'openid email',
    state: login.state,
    nonce: login.nonce,
    code_challenge: generators.codeChallenge(login.code_verifier),
    code_challenge_method: 'S256',
  })
}

/** The interaction that a response belongs to. */
export const interactionOf = (state) => logins.get(state)?.uid

/** Who comes back; `undefined` when nobody asked, or not in this interaction. */
export async function arrive(name, uid, req) {
  const client = await clientOf(name)
  const params = client.callbackParams(req)
  const login = logins.get(params.state)
  if (login?.uid !== uid || login.name !== name) return undefined
  logins.delete(params.state) // it counts once
  const { state, nonce, code_verifier } = login
  const checks = { state, nonce, code_verifier, response_type: 'code' }
  const tokens = await client.callback(redirectUriOf(name), params, checks)
  return { ...(await client.userinfo(tokens)), iss: tokens.claims().iss }
}
