import type { Features } from '../../../types/features/index.ts'
import type { Resolved } from '../../configuration/resolved_configuration.ts'

declare module '../../engine/context.ts' {
  interface UnderstoodRequest {
    /** Thumbprint of the key that was proven with the pushed request. */
    pushedKey?: { readonly thumbprint: string }
  }
}

declare module '../../configuration/resolved_configuration.ts' {
  interface SpecialFeatures {
    dPoP: Resolved<Omit<Features['dPoP'], 'ack'>, 'nonceSecret'>
  }
}
