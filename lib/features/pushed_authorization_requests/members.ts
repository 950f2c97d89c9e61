import type { FeatureModels } from '../../engine/runtime.ts'
import type { ModelRuntime } from '../../models/model_runtime.ts'
import { PushedAuthorizationRequest } from './pushed_authorization_request.ts'

declare module '../../engine/runtime.ts' {
  interface FeatureModels {
    PushedAuthorizationRequest: typeof PushedAuthorizationRequest
  }
}

declare module '../../engine/context.ts' {
  interface Entities {
    PushedAuthorizationRequest?: PushedAuthorizationRequest
  }

  interface UnderstoodRequest {
    /** The pushed request this is, and until when it has to be answered, epoch seconds. */
    pushed?: { readonly id: string; readonly until: number }
  }
}

export const pushedAuthorizationRequestModels = (
  rt: () => ModelRuntime,
): Pick<FeatureModels, 'PushedAuthorizationRequest'> => ({
  PushedAuthorizationRequest: class extends PushedAuthorizationRequest {
    static override get rt() {
      return rt()
    }
  },
})
