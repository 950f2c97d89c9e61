import type { ClientMetadata } from '../../types/client.ts'
import { type RunningProvider, WEB_CLIENT } from './start_provider.ts'
import type { UserAgent } from './user_agent.ts'

/** Where the client wants browsers to go after logout. */
export const LOGGED_OUT = 'https://rp.example.com/bye'

export const LEAVING_CLIENT: ClientMetadata = { ...WEB_CLIENT, post_logout_redirect_uris: [LOGGED_OUT] }

export interface Asked {
  readonly response: Response
  readonly page: string
  /** The secret in the form; empty when there is no form. */
  readonly xsrf: string
  readonly action: string
}

async function read(response: Response): Promise<Asked> {
  const page = await response.clone().text()
  const [, action = ''] = /<form id="op\.logoutForm" method="post" action="([^"]*)"/.exec(page) ?? []
  const [, xsrf = ''] = /name="xsrf" value="([^"]*)"/.exec(page) ?? []
  return { response, page, xsrf, action }
}

/** Goes where clients send browsers to log out. */
export async function askToLogOut(
  op: RunningProvider,
  agent: UserAgent,
  params: Record<string, string> = {},
  headers: Record<string, string> = {},
): Promise<Asked> {
  return read(await agent.get(`${op.provider.urlFor('end_session')}?${new URLSearchParams(params)}`, headers))
}

/** The same by a form. */
export async function postToLogOut(
  op: RunningProvider,
  agent: UserAgent,
  params: Record<string, string> = {},
  headers: Record<string, string> = {},
): Promise<Asked> {
  return read(await agent.post(op.provider.urlFor('end_session'), params, headers))
}

/** Presses "Yes, sign me out". */
export const signOut = (agent: UserAgent, { action, xsrf }: Asked): Promise<Response> =>
  agent.post(action, { xsrf, logout: 'yes' })

/** Presses "No, stay signed in". */
export const staySignedIn = (agent: UserAgent, { action, xsrf }: Asked): Promise<Response> =>
  agent.post(action, { xsrf })

/** Asks to log out, and confirms it. */
export async function logOut(
  op: RunningProvider,
  agent: UserAgent,
  params: Record<string, string> = {},
): Promise<Response> {
  return signOut(agent, await askToLogOut(op, agent, params))
}

/** Whether the browser is still logged in, as a client finds out. */
export async function isLoggedIn(op: RunningProvider, agent: UserAgent): Promise<boolean> {
  const { answer } = await op.authorize({ prompt: 'none' }, agent)
  const error = answer.get('error')
  return error !== 'login_required'
}
