import type { Features } from '../../../types/features/index.ts'
import type { Resolved } from '../../configuration/resolved_configuration.ts'
import { defineContextMembers } from '../../engine/context_members.ts'

declare module '../../configuration/resolved_configuration.ts' {
  interface SpecialFeatures {
    fapi: Resolved<Omit<Features['fapi'], 'ack'>, 'profile'>
  }
}

declare module '../../engine/context.ts' {
  interface UnderstoodRequest {
    /** Name of the profile under which the request was pushed; `none` where there was none. */
    agreedProfile?: string
  }

  interface RequestContext {
    /** The profile in force, of the FAPI family. */
    readonly fapiProfile: string | undefined
    /** The profile in force, if it is one of these. */
    isFapi(...profiles: string[]): string | undefined
  }
}

export const fapiContext = defineContextMembers({
  fapiProfile: {
    get() {
      return this.profile?.name
    },
  },
  isFapi: {
    value(...profiles: string[]) {
      return this.fapiProfile !== undefined && profiles.includes(this.fapiProfile)
        ? this.fapiProfile
        : undefined
    },
  },
})
