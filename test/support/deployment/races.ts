import { randomUUID } from 'node:crypto'
import { SignJWT } from 'jose'
import * as ciba from '../ciba.ts'
import { allow, askForCodes, poll, TV } from '../device.ts'
import { pkce, REDIRECT_URI, RunningProvider, type TokenAnswer } from '../start_provider.ts'
import { SECRET } from '../token_endpoints.ts'
import type { UserAgent } from '../user_agent.ts'
import { ASSERTING_CLIENT } from './host_configuration.ts'

const atOnce = <T>(count: number, run: () => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: count }, run))

/** How often there was which answer. */
export function tally(answers: readonly TokenAnswer[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { status, body } of answers) {
    const said = status === 200 ? '200' : `${status} ${body['error']}`
    counts[said] = (counts[said] ?? 0) + 1
  }
  return counts
}

/** One assertion, presented by several requests at once. @see RFC 7523 §3 */
export async function raceAssertion(op: RunningProvider, racers: number): Promise<TokenAnswer[]> {
  const assertion = await new SignJWT()
    .setProtectedHeader({ alg: 'HS256' })
    .setIssuer(ASSERTING_CLIENT.client_id)
    .setSubject(ASSERTING_CLIENT.client_id)
    .setAudience(op.issuer)
    .setJti(randomUUID())
    .setExpirationTime('1m')
    .sign(new TextEncoder().encode(SECRET))
  const form = {
    grant_type: 'client_credentials',
    client_assertion: assertion,
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
  }
  return atOnce(racers, () => op.post('token', form))
}

/** One pushed request, brought by several tabs of one browser that is logged in. @see RFC 9126 §4 */
export async function racePushedRequest(op: RunningProvider, agent: UserAgent, racers: number) {
  const { verifier, challenge } = pkce()
  const { body } = await op.post('pushed_authorization_request', {
    client_id: 'web',
    client_secret: SECRET,
    response_type: 'code',
    redirect_uri: REDIRECT_URI,
    scope: 'openid',
    code_challenge: challenge,
    code_challenge_method: 'S256',
  })
  const query = new URLSearchParams({ client_id: 'web', request_uri: String(body['request_uri']) })
  const url = `${op.provider.urlFor('authorization')}?${query}`
  const answers = await atOnce(racers, () => agent.get(url))
  const codes = answers.flatMap(({ headers }) => {
    const location = new URL(headers.get('location') ?? 'about:blank')
    return location.searchParams.get('code') ?? []
  })
  return { codes, verifier }
}

/** One device that was allowed, polling several times at once. @see RFC 8628 §3.5 */
export async function raceDeviceCode(
  { provider, origin }: RunningProvider,
  agent: UserAgent,
  racers: number,
): Promise<TokenAnswer[]> {
  const op = new RunningProvider(provider, origin, TV)
  const codes = await askForCodes(op)
  await allow(op, agent, codes.userCode)
  return atOnce(racers, () => poll(op, codes))
}

/** One backchannel request that was allowed, polled several times at once. @see OpenID Connect CIBA Core 1.0 §11 */
export async function raceBackchannelRequest(
  { provider, origin }: RunningProvider,
  racers: number,
): Promise<TokenAnswer[]> {
  const op = new RunningProvider(provider, origin, ciba.CALL_CENTRE)
  const id = await ciba.requestId(op)
  await ciba.approve(op, id)
  return atOnce(racers, () => ciba.poll(op, id))
}
