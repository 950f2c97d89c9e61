import { setTimeout } from 'node:timers/promises'
import type { Context, Middleware } from 'koa'
import { isRecord } from '../../helpers/is_record.ts'
import type { Provider } from '../../index.ts'
import type { SigningKeys } from '../keys/signing_keys.ts'
import { expire } from '../tokens/stored_tokens.ts'
import { spoilToken, type TokenFault, WRONG_ISSUER } from './spoil_token.ts'

/** Something that goes wrong on demand. */
export interface Fault {
  /** Path of the endpoint, after the issuer: `/token`. */
  readonly path: string
  /**
   * What goes wrong. `slow` and `503` are about the answer; the others about signed tokens (RS256) in a JSON answer.
   * `expired` is about opaque access tokens as well, and `wrong issuer` about the discovery document and about the `iss` of
   * an authorization response (RFC 9207).
   */
  readonly kind: 'slow' | '503' | TokenFault
  /** How many answers it happens to. @default 1 */
  readonly times?: number | undefined
  /** How long `slow` takes, and how far `clock skew` is ahead, in seconds. @default 5, 3600 */
  readonly seconds?: number | undefined
}

/** Seconds that an answer takes which is slow. */
const SLOW = 5
const JWT_MEMBERS = ['id_token', 'access_token']

function jsonOf(body: unknown): Record<string, unknown> | undefined {
  const value: unknown = typeof body === 'string' && body.startsWith('{') ? JSON.parse(body) : body
  return isRecord(value) && !Buffer.isBuffer(value) ? value : undefined
}

/** Names another issuer than the one that answers. @see RFC 9207 §2.4 */
function spoilRedirect(ctx: Context): boolean {
  const { location = '' } = ctx.response.headers
  if (typeof location !== 'string') return false
  const spoiled = location.replace(
    /([?&#]iss=)[^&#]*/,
    (_whole, name: string) => name + encodeURIComponent(WRONG_ISSUER),
  )
  if (spoiled !== location) ctx.set('location', spoiled)
  return spoiled !== location
}

/** Ends an opaque access token that is given away. @returns whether there was one */
async function expireGiven(provider: Provider, token: unknown): Promise<boolean> {
  if (typeof token !== 'string' || token.includes('.')) return false
  await expire(provider, token)
  return true
}

/** @returns whether there was anything to spoil */
async function spoilAnswer(
  ctx: Context,
  fault: Pick<Fault, 'seconds'> & { readonly kind: TokenFault },
  keys: SigningKeys,
  provider: Provider,
) {
  if (fault.kind === 'wrong issuer' && spoilRedirect(ctx)) return true
  const answer = jsonOf(ctx.body)
  if (answer === undefined) return false
  const isExpired = fault.kind === 'expired' && (await expireGiven(provider, answer['access_token']))
  const changed: Record<string, unknown> = {}
  for (const name of JWT_MEMBERS) {
    const token = answer[name]
    const spoiled = typeof token === 'string' ? await spoilToken(token, fault, keys) : undefined
    if (spoiled !== undefined) changed[name] = spoiled
  }
  if (fault.kind === 'wrong issuer' && typeof answer['issuer'] === 'string') changed['issuer'] = WRONG_ISSUER
  ctx.body = { ...answer, ...changed }
  return isExpired || Object.keys(changed).length > 0
}

/** Faults that are still to happen, each for its endpoint. */
export class Faults {
  readonly #keys: SigningKeys
  readonly #pending: { fault: Fault; left: number }[] = []

  constructor(keys: SigningKeys) {
    this.#keys = keys
  }

  add(fault: Fault): void {
    this.#pending.push({ fault, left: fault.times ?? 1 })
  }

  /** @param base path of the issuer */
  middleware(provider: Provider, base: string): Middleware {
    // A request goes on there once somebody has logged in.
    const authorization = provider.pathFor('authorization')
    const resumed = `${authorization}/`
    return async (ctx, next) => {
      const path = ctx.path.startsWith(resumed) ? authorization : ctx.path
      const entry = this.#pending.find(({ fault, left }) => left > 0 && `${base}${fault.path}` === path)
      if (entry === undefined) return next()
      const { kind, seconds } = entry.fault
      if (kind === 'slow' || kind === '503') entry.left -= 1
      if (kind === '503') return unavailable(ctx)
      if (kind === 'slow') {
        await setTimeout((seconds ?? SLOW) * 1000)
        return next()
      }
      await next()
      if (await spoilAnswer(ctx, { kind, seconds }, this.#keys, provider)) entry.left -= 1
    }
  }
}

/** @see RFC 9110 §15.6.4 */
function unavailable(ctx: Context): void {
  ctx.status = 503
  ctx.set('retry-after', '1')
  ctx.body = { error: 'temporarily_unavailable' }
}
