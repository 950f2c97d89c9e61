import { Provider } from './provider.ts'

export default Provider
export type * from '../types/account.ts'
export type * from '../types/adapter.ts'
export type * from '../types/client.ts'
export type { FapiProfile } from '../types/client.ts'
export type * from '../types/configuration.ts'
export type * from '../types/context.ts'
export type * from '../types/errors.ts'
export type * from '../types/events.ts'
export type * from '../types/features/index.ts'
export type {
  IssueRegistrationAccessTokenFunction,
  RegistrationPolicy,
} from '../types/features/registration.ts'
export type { RotateRegistrationAccessTokenFunction } from '../types/features/registration_management.ts'
export type * from '../types/find_account.ts'
export type * from '../types/interaction_policy.ts'
export type * from '../types/json.ts'
export type * from '../types/jwa.ts'
export type * from '../types/models.ts'
export type * from '../types/resource_server.ts'
export * as interactionPolicy from './actions/authorization/policy/public.ts'
export type { GrantHandler } from './actions/token/grants/custom_grant.ts'
export type { AuthorizationResponse, ResponseMode } from './engine/runtime.ts'
export * as errors from './helpers/errors.ts'
export type { HostNext, UrlOptions } from './provider.ts'
export { Provider }
