import type { Context } from 'koa'
import { ISSUER, REDIRECT_URI } from '../setup.ts'
import { type Floor, newId } from './floor.ts'
import { authenticate, json, readForm } from './form.ts'

function redirect(ctx: Context, location: string): void {
  ctx.status = 303
  ctx.set('Location', location)
  ctx.body = `<a href="${location}">${location}</a>`
}

/** A code where there is a session, otherwise a way to the screens. */
export function authorize(ctx: Context, { store }: Floor): void {
  const { client_id: clientId, code_challenge: challenge, scope, state } = ctx.query
  const session = store.get(ctx.cookies.get('_session') ?? '')
  if (session === undefined) {
    const id = newId()
    store.set(id, { query: ctx.querystring })
    ctx.cookies.set('_interaction', id, { path: `/interaction/${id}`, httpOnly: true, sameSite: 'lax' })
    redirect(ctx, `/interaction/${id}`)
    return
  }
  const code = newId()
  store.set(code, { clientId, challenge, scope })
  redirect(ctx, `${REDIRECT_URI}?code=${code}&state=${state}&iss=${encodeURIComponent(ISSUER)}`)
}

/** Logs in. */
export function interact(ctx: Context, { store }: Floor): void {
  const interaction = store.get(ctx.path.slice('/interaction/'.length))
  const session = newId()
  store.set(session, {})
  ctx.cookies.set('_session', session, { httpOnly: true, sameSite: 'lax' })
  redirect(ctx, `/auth?${interaction?.['query']}`)
}

export async function push(ctx: Context, { store }: Floor): Promise<void> {
  const form = await readForm(ctx.req)
  authenticate(ctx)
  const id = newId()
  store.set(id, Object.fromEntries(form))
  json(ctx, JSON.stringify({ expires_in: 60, request_uri: `urn:ietf:params:oauth:request_uri:${id}` }), 201)
}
