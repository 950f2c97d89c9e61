import type { ClientMetadata } from '../../types/client.ts'
import type { Configuration } from '../../types/configuration.ts'
import { type RunningProvider, type StartOptions, startProvider, type TokenAnswer } from './start_provider.ts'
import type { UserAgent } from './user_agent.ts'

export const DEVICE_CODE = 'urn:ietf:params:oauth:grant-type:device_code'

/** A television: it has no secret and nowhere to be redirected to. */
export const TV: ClientMetadata = {
  client_id: 'tv',
  client_name: 'Television',
  token_endpoint_auth_method: 'none',
  grant_types: [DEVICE_CODE, 'refresh_token'],
  response_types: [],
  redirect_uris: [],
}

type DeviceFlowOptions = NonNullable<NonNullable<Configuration['features']>['deviceFlow']>

export interface DeviceHost extends Configuration {
  deviceFlow?: DeviceFlowOptions
}

/** Starts a provider where televisions can be allowed. */
export function startForDevices(
  { deviceFlow, ...configuration }: DeviceHost = {},
  options: StartOptions = {},
): Promise<RunningProvider> {
  const features = { ...configuration.features, deviceFlow: { enabled: true, ...deviceFlow } }
  return startProvider({ clients: [TV], ...configuration, features }, options)
}

/** What a device was given. */
export interface Codes {
  readonly deviceCode: string
  readonly userCode: string
}

/** A device asks for its codes. */
export async function askForCodes(op: RunningProvider, params: Record<string, string> = {}): Promise<Codes> {
  const { status, body } = await op.post('device_authorization', {
    client_id: op.client.client_id,
    scope: 'openid',
    ...params,
  })
  if (status !== 200) throw new Error(`the device was refused: ${JSON.stringify(body)}`)
  return { deviceCode: String(body['device_code']), userCode: String(body['user_code']) }
}

/** A device asks whether it was allowed. */
export const poll = (
  op: RunningProvider,
  { deviceCode }: Pick<Codes, 'deviceCode'>,
  params: Record<string, string> = {},
): Promise<TokenAnswer> => op.token({ grant_type: DEVICE_CODE, device_code: deviceCode, ...params })

/** A page about devices, as a person sees it. */
export interface Screen {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** What stands in its form. */
  readonly xsrf: string
  readonly userCode: string
}

const member = (text: string, name: string): string =>
  new RegExp(`name="${name}"[^>]* value="([^"]*)"`).exec(text)?.[1] ?? ''

export async function readScreen(pending: Promise<Response> | Response): Promise<Screen> {
  const { status, headers, ...response } = await withText(await pending)
  const { text } = response
  return { status, headers, text, xsrf: member(text, 'xsrf'), userCode: member(text, 'user_code') }
}

const withText = async (response: Response) => ({
  status: response.status,
  headers: response.headers,
  text: await response.text(),
})

/** A person opens the page that asks for the code. */
export const openPage = (op: RunningProvider, agent: UserAgent, query = ''): Promise<Screen> =>
  readScreen(agent.get(`${op.provider.urlFor('code_verification')}${query}`))

/** A person sends a form about devices. */
export const sendForm = (
  op: RunningProvider,
  agent: UserAgent,
  form: Record<string, string>,
): Promise<Response> => agent.post(op.provider.urlFor('code_verification'), form)

/** A person opens the page and enters a code. @returns the page after that */
export async function enterCode(op: RunningProvider, agent: UserAgent, userCode: string): Promise<Screen> {
  const { xsrf } = await openPage(op, agent)
  return readScreen(sendForm(op, agent, { xsrf, user_code: userCode }))
}

/** A person enters a code and says that the device is theirs. @returns what the form is answered with */
export async function confirmCode(
  op: RunningProvider,
  agent: UserAgent,
  userCode: string,
): Promise<Response> {
  const { xsrf } = await enterCode(op, agent, userCode)
  return sendForm(op, agent, { xsrf, user_code: userCode, confirm: 'yes' })
}

/** A person enters a code, confirms, logs in and consents. @returns the page that it ends with */
export async function allow(op: RunningProvider, agent: UserAgent, userCode: string): Promise<Screen> {
  return readScreen(await agent.follow(await confirmCode(op, agent, userCode)))
}

/** A person cancels where they are asked whether the device is theirs. */
export async function abort(op: RunningProvider, agent: UserAgent, userCode: string): Promise<Screen> {
  const { xsrf } = await enterCode(op, agent, userCode)
  return readScreen(sendForm(op, agent, { xsrf, user_code: userCode, confirm: 'yes', abort: 'yes' }))
}
