import type { Blocked } from '../../clients/secret_throttle.ts'
import type { Ctx } from '../../engine/context.ts'
import type { Runtime } from '../../engine/runtime.ts'
import { InvalidClientAuth, TooManyAttempts } from '../../helpers/errors.ts'
import { addressBlock } from '../../helpers/http/address_block.ts'
import { isSymmetric } from '../../helpers/jose/client_keys.ts'
import { CLIENT_AUTH } from './reasons.ts'

/**
 * Where a request comes from, as far as the trusted proxies vouch for it: each appends whom it heard from, so without
 * their number only the last entry is theirs. @see RFC 7239 §5.2, §8.1
 */
export function addressOf({ app, request, req }: Ctx): string {
  const vouched = app.maxIpsCount > 0 ? request.ips[0] : request.ips.at(-1)
  return addressBlock(vouched ?? req.socket.remoteAddress ?? '')
}

/**
 * Checks a secret in its turn. Clients that do not exist are treated alike, so that nobody learns which do.
 * @throws TooManyAttempts, or what the check throws
 * @see RFC 6819 §5.1.4.2.3, RFC 6585 §4
 */
export function guardSecret<T>(
  ctx: Ctx,
  rt: Runtime,
  clientId: string,
  check: () => T | Promise<T>,
): T | Promise<T> {
  const outcome = rt.secretThrottle.run(
    () => addressOf(ctx),
    check,
    (count) => tellFailed(ctx, rt, clientId, count),
  )
  return outcome instanceof Promise ? outcome.then((late) => passedOf(ctx, late)) : outcome.passed
}

function passedOf<T>(ctx: Ctx, outcome: { passed: T } | Blocked): T {
  if ('passed' in outcome) return outcome.passed
  ctx.set('retry-after', String(outcome.retryAfter))
  throw new TooManyAttempts(
    `client authentication failed too often, wait ${outcome.retryAfter} seconds`,
  ).because(CLIENT_AUTH.too_many_attempts)
}

/** Nobody waits for the host's function: a promise that rejects must not end the process. */
function tellFailed(ctx: Ctx, rt: Runtime, clientId: string, count: number): void {
  const { failed } = rt.configuration.clientSecretThrottle
  const report = (error: unknown) => rt.serverError(ctx, error)
  try {
    const told: unknown = Reflect.apply(failed, undefined, [ctx, clientId, count])
    if (told instanceof Promise) told.catch(report)
  } catch (error) {
    report(error)
  }
}

/**
 * Checks what a client has signed or encrypted. Where its secret is the key, that is one more way to try secrets out.
 * @throws TooManyAttempts, or what the check throws
 * @see OpenID Connect Core 1.0 §10.1, §10.2
 */
export async function guardSecretKey<T>(
  ctx: Ctx,
  rt: Runtime,
  { clientId, alg }: { clientId: string; alg: unknown },
  check: () => Promise<T>,
): Promise<T> {
  if (typeof alg !== 'string' || !isSymmetric(alg)) return check()
  const refusing = (cause: unknown): never => {
    throw new InvalidClientAuth('not made with the secret of the client', cause).because(
      CLIENT_AUTH.secret_key_wrong,
    )
  }
  try {
    return await guardSecret(ctx, rt, clientId, () => check().catch(refusing))
  } catch (thrown) {
    throw thrown instanceof InvalidClientAuth ? thrown.cause : thrown
  }
}
