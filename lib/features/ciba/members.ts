import type { CIBADeliveryMode } from '../../../types/client.ts'
import type { Features } from '../../../types/features/index.ts'
import type { BackchannelAuthenticationRequest } from '../../../types/models.ts'

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
