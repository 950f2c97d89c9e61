import type { Ctx } from '../../engine/context.ts'
import { type ErrorEvent, errorOut } from '../../engine/failure.ts'
import type { Runtime, TokenScheme, Wrap } from '../../engine/runtime.ts'
import { answerFailures } from '../../engine/wraps/answer_failures.ts'
import type { OIDCProviderError } from '../../helpers/errors.ts'
import { statusOf } from '../../helpers/http/error_on_the_wire.ts'
import { NoAccessToken } from '../../helpers/http/read_access_token.ts'

const BEARER: TokenScheme = { name: 'Bearer', parameters: {} }

/** @see RFC 6750 §3, RFC 9449 §7.1 */
function challengeOf({ name, parameters }: TokenScheme, realm: string, error?: OIDCProviderError): string {
  const { error: code, ...rest } = error === undefined ? {} : errorOut(error)
  const told = Object.entries({ realm, error: code, ...rest, ...parameters })
  const members = told.filter(([, value]) => value !== undefined)
  return `${name} ${members.map(([member, value]) => `${member}="${value}"`).join(', ')}`
}

/** @see RFC 6750 §3 */
export const challenge = (realm: string, error: OIDCProviderError): string =>
  challengeOf(BEARER, realm, error)

/** Says what is wrong in the scheme that was used, and beside it which others there are. @see RFC 9449 §7.2 */
function setChallenges(ctx: Ctx, rt: Runtime, schemes: readonly TokenScheme[], error?: OIDCProviderError) {
  const [given = ''] = ctx.get('authorization').split(' ', 1)
  const used = schemes.find(({ name }) => name.toLowerCase() === given.toLowerCase()) ?? BEARER
  const others = ctx.status === 401 ? schemes.filter((scheme) => scheme !== used) : []
  const [first, ...rest] = [
    challengeOf(used, rt.issuer, error),
    ...others.map((scheme) => challengeOf(scheme, rt.issuer)),
  ]
  ctx.set('www-authenticate', rest.length === 0 ? first : [first, ...rest])
}

/**
 * Answers the failures of a protected resource that takes access tokens by all schemes there are.
 * @see RFC 6750 §3, RFC 9449 §7.1
 */
export const bearerErrors = (event: ErrorEvent): Wrap =>
  answerFailures(event, (ctx, rt, error, thrown) => {
    const schemes = [BEARER, ...rt.tokenSchemes]
    ctx.status = statusOf(error)
    if (thrown instanceof NoAccessToken) {
      // §3.1: without any credentials there is nothing to say about them.
      setChallenges(ctx, rt, schemes)
      ctx.body = ''
      return
    }
    if (ctx.status < 500) setChallenges(ctx, rt, schemes, error)
    ctx.body = errorOut(error)
  })
