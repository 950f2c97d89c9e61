import { defineContextMembers } from '../../engine/context_members.ts'
import type { FeatureModels } from '../../engine/runtime.ts'
import type { ModelRuntime } from '../../models/model_runtime.ts'
import { DeviceCode } from './device_code.ts'
import type { DeviceForm } from './verification/device_forms.ts'

declare module '../../engine/runtime.ts' {
  interface FeatureModels {
    DeviceCode: typeof DeviceCode
  }
}

declare module '../../engine/context.ts' {
  interface Entities {
    DeviceCode?: DeviceCode
  }

  interface SourceTokens {
    DeviceCode: DeviceCode
  }

  interface UnderstoodRequest {
    /** The form that a person sent about a device. */
    deviceForm?: DeviceForm
  }

  interface RequestContext {
    readonly deviceCode: DeviceCode | undefined
  }
}

export const deviceFlowContext = defineContextMembers({
  deviceCode: {
    get() {
      return this.entities.DeviceCode
    },
  },
})

export const deviceFlowModels = (rt: () => ModelRuntime): Pick<FeatureModels, 'DeviceCode'> => ({
  DeviceCode: class extends DeviceCode {
    static override get rt() {
      return rt()
    }
  },
})
