import type { BackchannelAuthenticationRequest, CIBADeliveryMode } from '../../../types/features/ciba.ts'
import type { Features } from '../../../types/features/index.ts'

import type { Resolved } from '../../configuration/resolved_configuration.ts'

declare module '../../configuration/resolved_configuration.ts' {
  interface SpecialFeatures {
    ciba: Resolved<Omit<Features['ciba'], 'ack' | 'deliveryModes'>> & {
      readonly deliveryModes: ReadonlySet<CIBADeliveryMode>
    }
  }
}

declare module '../../engine/context.ts' {
  interface Entities {
    BackchannelAuthenticationRequest?: BackchannelAuthenticationRequest
  }
}
