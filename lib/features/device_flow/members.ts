import type { DeviceCode } from '../../../types/features/device_flow.ts'
import { defineContextMembers } from '../../engine/context_members.ts'

declare module '../../engine/context.ts' {
  interface Entities {
    DeviceCode?: DeviceCode
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
