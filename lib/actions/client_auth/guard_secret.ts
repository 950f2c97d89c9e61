import { createHash } from 'node:crypto'
import { isIPv6 } from 'node:net'
import type { Ctx } from '../../engine/context.ts'
import type { Runtime } from '../../engine/runtime.ts'
import { asError } from '../../helpers/as_error.ts'
import { TooManyAttempts } from '../../helpers/errors.ts'

/** Whoever has one IPv6 address has the /64 around it. @see RFC 6177 §2 */
function addressBlock(ip: string): string {
  if (!isIPv6(ip) || ip.includes('.')) return ip
  const [head = '', tail] = ip.split('::')
  const groups = head.split(':').filter((group) => group !== '')
  if (tail === undefined) return groups.slice(0, 4).join(':')
  const rest = tail.split(':').filter((group) => group !== '')
  const zeros = Array.from({ length: 8 - groups.length - rest.length }, () => '0')
  return [...groups, ...zeros, ...rest].slice(0, 4).join(':')
}

/** Names may be long, and are anybody's choice. */
const keyOf = (ctx: Ctx, clientId: string): string =>
  createHash('sha256')
    .update(JSON.stringify([addressBlock(ctx.ip), clientId]))
    .digest('base64url')

/**
 * Checks a secret, unless too many wrong ones came before it. Clients that do not exist are treated alike, so
 * that nobody learns which do.
 * @throws TooManyAttempts, or what the check throws
 * @see RFC 6819 §5.1.4.2.3, RFC 6585 §4
 */
export async function guardSecret<T>(
  ctx: Ctx,
  rt: Runtime,
  clientId: string,
  check: () => T | Promise<T>,
): Promise<T> {
  const { failed } = rt.configuration.clientSecretThrottle
  const outcome = await rt.secretThrottle.run(keyOf(ctx, clientId), check, (count) => {
    try {
      failed(ctx, clientId, count)
    } catch (error) {
      rt.emit('server_error', ctx, asError(error))
    }
  })
  if ('passed' in outcome) return outcome.passed
  ctx.set('retry-after', String(outcome.retryAfter))
  throw new TooManyAttempts(`client authentication failed too often, wait ${outcome.retryAfter} seconds`)
}
