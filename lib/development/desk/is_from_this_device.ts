import type { Context } from 'koa'
import { isLoopbackHost } from '../../helpers/uri/loopback_uri.ts'

const LOOPBACK_ADDRESS = /^(?:127\.|::1$|::ffff:127\.)/

/**
 * Whether a program on this device asks, by a name of this device: a page of somebody else's, whose name was made to
 * lead here after it was loaded, says its own one.
 */
export function isFromThisDevice({ req, host }: Context, issuer: string): boolean {
  const isNear = LOOPBACK_ADDRESS.test(req.socket.remoteAddress ?? '')
  const name = `http://${host}`
  const isOurName =
    host === new URL(issuer).host || (URL.canParse(name) && isLoopbackHost(new URL(name).hostname))
  return isNear && isOurName
}
