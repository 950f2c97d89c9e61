import type { Features } from '../../../types/features/index.ts'
import type { Resolved } from '../../configuration/resolved_configuration.ts'
import { defineContextMembers } from '../../engine/context_members.ts'
import type { FeatureModels } from '../../engine/runtime.ts'
import type { ModelRuntime } from '../../models/model_runtime.ts'
import { InitialAccessToken } from './initial_access_token.ts'
import { RegistrationAccessToken } from './registration_access_token.ts'

declare module '../../configuration/resolved_configuration.ts' {
  interface SpecialFeatures {
    registration: Resolved<Omit<Features['registration'], 'ack'>, 'policies'>
    registrationManagement: Resolved<
      Omit<Features['registrationManagement'], 'ack' | 'issueRegistrationAccessToken'>
    >
  }
}

declare module '../../engine/runtime.ts' {
  interface FeatureModels {
    InitialAccessToken: typeof InitialAccessToken
    RegistrationAccessToken: typeof RegistrationAccessToken
  }
}

declare module '../../engine/context.ts' {
  interface Entities {
    InitialAccessToken?: InitialAccessToken
    RegistrationAccessToken?: RegistrationAccessToken
    RotatedRegistrationAccessToken?: RegistrationAccessToken
  }

  interface UnderstoodRequest {
    /** Metadata to register; policies may change them, once they are validated nothing does. */
    registration?: Record<string, unknown>
  }

  interface RequestContext {
    readonly registrationAccessToken: RegistrationAccessToken | undefined
  }
}

export const registrationContext = defineContextMembers({
  registrationAccessToken: {
    get() {
      return this.entities.RegistrationAccessToken
    },
  },
})

export const registrationModels = (
  rt: () => ModelRuntime,
): Pick<FeatureModels, 'InitialAccessToken' | 'RegistrationAccessToken'> => ({
  InitialAccessToken: class extends InitialAccessToken {
    static override get rt() {
      return rt()
    }
  },
  RegistrationAccessToken: class extends RegistrationAccessToken {
    static override get rt() {
      return rt()
    }
  },
})
