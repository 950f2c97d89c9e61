import { setTimeout } from 'node:timers/promises'
import type { Context, Middleware } from 'koa'
import { isRecord } from '../../helpers/is_record.ts'
import type { SigningKeys } from '../keys/signing_keys.ts'
import { spoilToken, type TokenFault } from './spoil_token.ts'

/** Something that goes wrong on demand. */
export interface Fault {
  /** Path of the endpoint, after the issuer: `/token`. */
  readonly path: string
  /**
   * What goes wrong. `slow` and `503` are about the answer; the others about signed tokens (RS256) in a JSON answer,
   * and `wrong issuer` about the discovery document as well.
   */
  readonly kind: 'slow' | '503' | TokenFault
  /** How many answers it happens to. @default 1 */
  readonly times?: number | undefined
  /** How long `slow` takes, and how far `clock skew` is ahead, in seconds. @default 5, 3600 */
  readonly seconds?: number | undefined
}

const JWT_MEMBERS = ['id_token', 'access_token', 'logout_token']

function jsonOf(body: unknown): Record<string, unknown> | undefined {
  const value: unknown = typeof body === 'string' && body.startsWith('{') ? JSON.parse(body) : body
  return isRecord(value) && !Buffer.isBuffer(value) ? value : undefined
}

/** @returns whether there was anything to spoil */
async function spoilAnswer(ctx: Context, fault: Fault & { kind: TokenFault }, keys: SigningKeys) {
  const answer = jsonOf(ctx.body)
  if (answer === undefined) return false
  const changed: Record<string, unknown> = {}
  for (const name of JWT_MEMBERS) {
    const token = answer[name]
    const spoiled = typeof token === 'string' ? await spoilToken(token, fault, keys) : undefined
    if (spoiled !== undefined) changed[name] = spoiled
  }
  if (fault.kind === 'wrong issuer' && typeof answer['issuer'] === 'string')
    changed['issuer'] = 'https://wrong-issuer.example'
  ctx.body = { ...answer, ...changed }
  return Object.keys(changed).length > 0
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
  middleware(base: string): Middleware {
    return async (ctx, next) => {
      const entry = this.#pending.find(({ fault, left }) => left > 0 && `${base}${fault.path}` === ctx.path)
      if (entry === undefined) return next()
      const { fault } = entry
      const { kind, seconds = 5 } = fault
      if (kind === 'slow' || kind === '503') entry.left -= 1
      if (kind === '503') return unavailable(ctx)
      if (kind === 'slow') {
        await setTimeout(seconds * 1000)
        return next()
      }
      await next()
      if (await spoilAnswer(ctx, { ...fault, kind }, this.#keys)) entry.left -= 1
    }
  }
}

/** @see RFC 9110 §15.6.4 */
function unavailable(ctx: Context): void {
  ctx.status = 503
  ctx.set('retry-after', '1')
  ctx.body = { error: 'temporarily_unavailable' }
}
