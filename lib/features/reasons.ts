import { AUTHORIZATION, INTERACTION, REDIRECT_URI } from '../actions/authorization/reasons.ts'
import { ASSERTION, CLIENT_AUTH } from '../actions/client_auth/reasons.ts'
import { GRANT, SENDER } from '../actions/issuing/reasons.ts'
import { TOKEN_PARAMETER } from '../actions/presented_token/reasons.ts'
import { CODE, POLLED, REFRESH_TOKEN, TOKEN_REQUEST } from '../actions/token/reasons.ts'
import { ISSUED_JWT } from '../actions/trusted_issuers/reasons.ts'
import { CLIENT, CLIENT_KEYS, CLIENT_METADATA } from '../clients/reasons.ts'
import { BODY, PARAMETER, SERVER } from '../engine/reasons/engine_reasons.ts'
import type { Reason } from '../helpers/reasons/define_reasons.ts'
import { PKCE } from '../helpers/reasons/pkce_reasons.ts'
import { PRESENTED } from '../helpers/reasons/presented_token_reasons.ts'
import { BACKCHANNEL } from './ciba/reasons.ts'
import { CLAIMS } from './claims_parameter/reasons.ts'
import { CLIENT_CREDENTIALS } from './client_credentials/reasons.ts'
import { DEV_INTERACTIONS } from './dev_interactions/reasons.ts'
import { DEVICE } from './device_flow/reasons.ts'
import { DPOP } from './dpop/reasons.ts'
import { FAPI } from './fapi/reasons.ts'
import { INTROSPECTION } from './introspection/reasons.ts'
import { JWT_BEARER } from './jwt_bearer/reasons.ts'
import { MTLS } from './mtls/reasons.ts'
import { PUSHED } from './pushed_authorization_requests/reasons.ts'
import { REGISTRATION } from './registration/reasons.ts'
import { REQUEST_OBJECT } from './request_objects/reasons.ts'
import { RESOURCE } from './resource_indicators/reasons.ts'
import { REVOCATION } from './revocation/reasons.ts'
import { LOGOUT } from './rp_initiated_logout/reasons.ts'
import { CHECK_SESSION } from './session_management/reasons.ts'
import { EXCHANGE } from './token_exchange/reasons.ts'
import { USERINFO } from './userinfo/reasons.ts'
import { WEB_MESSAGE } from './web_message_response_mode/reasons.ts'
import { WEBFINGER } from './webfinger/reasons.ts'

const FAMILIES = [
  CODE,
  AUTHORIZATION,
  BODY,
  BACKCHANNEL,
  CHECK_SESSION,
  CLAIMS,
  CLIENT,
  ASSERTION,
  CLIENT_AUTH,
  CLIENT_CREDENTIALS,
  CLIENT_KEYS,
  CLIENT_METADATA,
  DEV_INTERACTIONS,
  DEVICE,
  DPOP,
  FAPI,
  GRANT,
  INTERACTION,
  INTROSPECTION,
  ISSUED_JWT,
  JWT_BEARER,
  LOGOUT,
  MTLS,
  PARAMETER,
  PKCE,
  POLLED,
  PRESENTED,
  PUSHED,
  REDIRECT_URI,
  REFRESH_TOKEN,
  REGISTRATION,
  REQUEST_OBJECT,
  RESOURCE,
  REVOCATION,
  SENDER,
  SERVER,
  EXCHANGE,
  TOKEN_PARAMETER,
  TOKEN_REQUEST,
  USERINFO,
  WEB_MESSAGE,
  WEBFINGER,
] as const

type CodesOf<Family> = Family extends Readonly<Record<string, Reason<infer Code>>> ? Code : never
type Codes = CodesOf<(typeof FAMILIES)[number]>

declare module '../../types/errors.ts' {
  interface ErrorReasons extends Readonly<Record<Codes, true>> {}
}

/** Every reason for a refusal, by family: of the core, and of each room. */
export const REASONS: readonly Readonly<Record<string, Reason>>[] = FAMILIES
