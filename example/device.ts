import * as oidc from 'openid-client'
import type { LoggedIn } from './relying_party_pages.ts'

/** What a device shows while it waits, and what came of it. */
export interface ConnectedDevice {
  readonly userCode: string
  readonly verificationUri: string
  /** The same with the code in it, for those who can scan it. */
  readonly verificationUriComplete: string
  /** Seconds between two looks at whether somebody has decided. */
  readonly interval: number
  outcome?: { login: LoggedIn } | { failure: unknown }
}

type Tokens = Awaited<ReturnType<typeof oidc.pollDeviceAuthorizationGrant>>

/** Asks for a code to show, and polls in the background until somebody has decided. @see RFC 8628 §3.1, §3.4 */
export async function connectDevice(
  config: oidc.Configuration,
  scope: string,
  loginFrom: (tokens: Tokens) => Promise<LoggedIn>,
): Promise<ConnectedDevice> {
  const response = await oidc.initiateDeviceAuthorization(config, { scope })
  const device: ConnectedDevice = {
    userCode: response.user_code,
    verificationUri: response.verification_uri,
    verificationUriComplete: response.verification_uri_complete ?? response.verification_uri,
    interval: response.interval ?? 5,
  }
  oidc
    .pollDeviceAuthorizationGrant(config, response, undefined, {
      signal: AbortSignal.timeout(response.expires_in * 1000),
    })
    .then(loginFrom)
    .then(
      (login) => {
        device.outcome = { login }
      },
      (failure: unknown) => {
        device.outcome = { failure }
      },
    )
  return device
}
