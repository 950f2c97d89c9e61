import type { FeatureModels } from '../../engine/runtime.ts'
import type { ModelRuntime } from '../../models/model_runtime.ts'
import { ClientCredentials } from './client_credentials.ts'

declare module '../../engine/runtime.ts' {
  interface FeatureModels {
    ClientCredentials: typeof ClientCredentials
  }
}

declare module '../../engine/context.ts' {
  interface Entities {
    ClientCredentials?: ClientCredentials
  }
}

export const clientCredentialsModels = (
  rt: () => ModelRuntime,
): Pick<FeatureModels, 'ClientCredentials'> => ({
  ClientCredentials: class extends ClientCredentials {
    static override get rt() {
      return rt()
    }
  },
})
