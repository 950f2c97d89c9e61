import type { Features } from '../../../types/features/index.ts'
import type { Resolved } from '../../configuration/resolved_configuration.ts'

declare module '../../configuration/resolved_configuration.ts' {
  interface SpecialFeatures {
    dPoP: Resolved<Omit<Features['dPoP'], 'ack'>, 'nonceSecret'>
  }
}
