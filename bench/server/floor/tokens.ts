import { createHash } from 'node:crypto'
import { jwtVerify } from 'jose'
import type { Context } from 'koa'
import { ACCOUNT, CLAIMS, ISSUER, RESOURCES } from '../setup.ts'
import { type Entry, type Floor, newId, now } from './floor.ts'
import { authenticate, json, readForm } from './form.ts'

type Grant = (floor: Floor, form: URLSearchParams, client: string) => Promise<object | undefined>

const common = (scope: unknown) => ({ token_type: 'Bearer', expires_in: 3600, scope })

/** Access token, refresh token and ID token. */
async function allTokens({ store, sign }: Floor, client: string, source: Entry): Promise<object> {
  const [accessToken, refreshToken, time] = [newId(), newId(), now()]
  store.set(accessToken, { sub: ACCOUNT, scope: source['scope'], exp: time + 3600 })
  store.set(refreshToken, source)
  const claims = { sub: ACCOUNT, aud: client, iss: ISSUER, iat: time, exp: time + 3600 }
  const idToken = await sign(client === 'web-es256' ? 'ES256' : 'RS256', claims)
  return {
    access_token: accessToken,
    refresh_token: refreshToken,
    id_token: idToken,
    ...common(source['scope']),
  }
}

/** Takes a code or a refresh token out of the store. */
function spend({ store }: Floor, value: string | null): Entry | undefined {
  const entry = store.get(value ?? '')
  store.delete(value ?? '')
  return entry
}

const GRANTS: Readonly<Record<string, Grant>> = {
  async authorization_code(floor, form, client) {
    const code = spend(floor, form.get('code'))
    const challenge = createHash('sha256')
      .update(form.get('code_verifier') ?? '')
      .digest('base64url')
    return code?.['challenge'] === challenge ? allTokens(floor, client, code) : undefined
  },
  async refresh_token(floor, form, client) {
    const token = spend(floor, form.get('refresh_token'))
    return token === undefined ? undefined : allTokens(floor, client, token)
  },
  async client_credentials({ store, sign }, form, client) {
    const scope = form.get('scope')
    const claims = {
      scope,
      client_id: client,
      iss: ISSUER,
      aud: 'urn:bench:api',
      iat: now(),
      exp: now() + 3600,
    }
    const resource = form.get('resource')
    if (resource === RESOURCES.es256) return { access_token: await sign('ES256', claims), ...common(scope) }
    if (resource === RESOURCES.rs256) return { access_token: await sign('RS256', claims), ...common(scope) }
    const value = newId()
    store.set(value, claims)
    return { access_token: value, ...common(scope) }
  },
}

/** @returns the client that signed the assertion, the first time it is seen */
async function verifyAssertion({ store, clientKey }: Floor, assertion: string): Promise<string> {
  const { payload } = await jwtVerify(assertion, clientKey, { audience: ISSUER })
  if (payload.jti === undefined || store.has(payload.jti)) throw new Error('seen before')
  store.set(payload.jti, {})
  return payload.sub ?? ''
}

export async function issue(ctx: Context, floor: Floor): Promise<void> {
  const form = await readForm(ctx.req)
  const assertion = form.get('client_assertion')
  const client = assertion === null ? authenticate(ctx) : await verifyAssertion(floor, assertion)
  const answer = await GRANTS[form.get('grant_type') ?? '']?.(floor, form, client)
  if (answer === undefined) ctx.throw(400)
  json(ctx, JSON.stringify(answer))
}

export async function introspect(ctx: Context, { store }: Floor): Promise<void> {
  const form = await readForm(ctx.req)
  authenticate(ctx)
  const token = store.get(form.get('token') ?? '')
  json(ctx, JSON.stringify({ active: token !== undefined, ...token, iss: ISSUER, token_type: 'Bearer' }))
}

export async function revoke(ctx: Context, { store }: Floor): Promise<void> {
  const form = await readForm(ctx.req)
  authenticate(ctx)
  store.delete(form.get('token') ?? '')
  ctx.status = 200
  ctx.body = ''
}

export function userinfo(ctx: Context, { store }: Floor): void {
  const token = store.get(ctx.get('authorization').slice('Bearer '.length))
  if (token === undefined) ctx.throw(401)
  json(ctx, JSON.stringify({ sub: token['sub'], ...CLAIMS }))
}
