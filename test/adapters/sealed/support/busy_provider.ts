import type { AdapterFactory } from '../../../../types/adapter.ts'
import { FLOWS, startForFlows } from '../../../storage/flows.ts'
import { requestId } from '../../../support/ciba.ts'
import { askForCodes, confirmCode } from '../../../support/device.ts'
import { GRANTING } from '../../../support/granting.ts'
import { register } from '../../../support/registering.ts'
import { pkce, REDIRECT_URI, type RunningProvider } from '../../../support/start_provider.ts'
import type { UserAgent } from '../../../support/user_agent.ts'

export const COOKIE_KEY = 'a key for cookies'

const ignore = { enabled: true } as const

/** What people and clients hold once everything was used that there is, some of it half-way. */
export interface Busy {
  readonly op: RunningProvider
  readonly held: readonly string[]
}

/** Runs every flow on one storage, and leaves one of each kind of credential unused. */
export async function runEverything(adapter: AdapterFactory): Promise<Busy> {
  const op = await startForFlows({
    adapter,
    cookies: { keys: [COOKIE_KEY] },
    rotateRefreshToken: true,
    features: {
      ...GRANTING,
      ciba: { ...ignore, processLoginHint: (_ctx, hint) => hint, triggerAuthenticationDevice: () => {} },
      clientCredentials: ignore,
      // Whoever presents everything is wrong more often than anybody may be.
      deviceFlow: { ...ignore, userCodeAttempts: 0 },
      introspection: ignore,
      jwtIntrospection: ignore,
      pushedAuthorizationRequests: ignore,
      registration: { ...ignore, initialAccessToken: true, policies: { any: () => {} } },
      registrationManagement: ignore,
      revocation: ignore,
    },
  })
  for (const flow of Object.values(FLOWS)) {
    const { agent } = await op.login()
    await (await flow.prepare(op, agent)).run()
  }
  return { op, held: [...(await unusedTokens(op)), ...(await unusedRequests(op))] }
}

async function unusedTokens(op: RunningProvider): Promise<string[]> {
  const { agent, code } = await op.login()
  const again = await op.authorize({}, agent)
  const { body } = await op.exchange(again.code, again.verifier)
  const initial = await new op.provider.InitialAccessToken({ policies: ['any'] }).save()
  const registered = await register(op, undefined, { authorization: `Bearer ${initial}` })
  const { access_token, refresh_token } = body
  const { registration_access_token, client_secret } = registered.body
  return [
    ...cookiesOf(agent, ['_session']),
    code,
    initial,
    ...[access_token, refresh_token, registration_access_token, client_secret].map(String),
  ]
}

async function unusedRequests(op: RunningProvider): Promise<string[]> {
  const secret = { client_secret: op.client.client_secret ?? '' }
  const [waiting, pending] = [op.agent(), await askForCodes(op, secret)]
  const confirmed = await askForCodes(op, secret)
  await confirmCode(op, waiting, confirmed.userCode)
  const interacting = op.agent()
  await interacting.get(op.authorizationUrl(challenged()))
  const asked = await requestId(op, secret)
  const pushed = await op.post('pushed_authorization_request', {
    client_id: op.client.client_id,
    ...secret,
    response_type: 'code',
    redirect_uri: REDIRECT_URI,
    scope: 'openid',
    ...challenged(),
  })
  return [
    ...cookiesOf(waiting, UNDER_WAY),
    ...cookiesOf(interacting, UNDER_WAY),
    ...[pending, confirmed].flatMap(({ deviceCode, userCode }) => [deviceCode, userCode.replaceAll('-', '')]),
    asked,
    String(pushed.body['request_uri']).replace(/.*:/, ''),
  ]
}

const challenged = () => ({ code_challenge: pkce().challenge, code_challenge_method: 'S256' })

const UNDER_WAY = ['_session', '_interaction', '_interaction_resume']

const cookiesOf = ({ cookies }: UserAgent, names: readonly string[]): string[] =>
  names.flatMap((name) => cookies.get(name)?.value ?? [])
