import type { FeatureModels } from '../engine/runtime.ts'
import type { ModelRuntime } from '../models/model_runtime.ts'
import { cibaModels } from './ciba/members.ts'
import { clientCredentialsModels } from './client_credentials/members.ts'
import { deviceFlowModels } from './device_flow/members.ts'
import { pushedAuthorizationRequestModels } from './pushed_authorization_requests/members.ts'
import { registrationModels } from './registration/members.ts'

/** The model classes that features bring; they are there also while the feature is off. */
export const featureModels = (rt: () => ModelRuntime): FeatureModels => ({
  ...cibaModels(rt),
  ...clientCredentialsModels(rt),
  ...deviceFlowModels(rt),
  ...pushedAuthorizationRequestModels(rt),
  ...registrationModels(rt),
})
