import type {
  BackchannelResultOptions,
  CIBADeliveryMode,
  BackchannelAuthenticationRequest as GivenRequest,
} from '../../../types/features/ciba.ts'
import type { Features } from '../../../types/features/index.ts'
import type { Resolved } from '../../configuration/resolved_configuration.ts'
import type { FeatureModels } from '../../engine/runtime.ts'
import type { ModelRuntime } from '../../models/model_runtime.ts'
import { FetchPool } from '../../outgoing/fetch_pool.ts'
import { defineClientMembers, defineProviderMembers } from '../define_feature.ts'
import { BackchannelAuthenticationRequest } from './backchannel_authentication_request.ts'
import { type BackchannelResult, storeResult } from './backchannel_result.ts'
import { pingClient } from './ping_client.ts'

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

  interface SourceTokens {
    BackchannelAuthenticationRequest: BackchannelAuthenticationRequest
  }
}

declare module '../../engine/runtime.ts' {
  interface FeatureModels {
    BackchannelAuthenticationRequest: typeof BackchannelAuthenticationRequest
  }

  interface FeatureMembers {
    /**
     * Ends a backchannel authentication request: the person has answered on their own device. Of several results one
     * counts. A client that wants to be pinged is, once; whether that worked is told by `backchannel_ping.success` and
     * `backchannel_ping.error`, for the client can poll all the same.
     * @param request the request, or its id
     * @param result a stored grant of the request's account for its client, the id of one, or the error that the client gets
     * @param options what is known of the authentication
     * @throws Error when the request is over or was decided on, or the result does not fit it; then nothing changed
     * @see OpenID Connect CIBA Core 1.0 §10, §11
     * @example await provider.backchannelResult(authReqId, new errors.AccessDenied('the person refused'))
     */
    backchannelResult(
      request: GivenRequest | string,
      result: BackchannelResult,
      options?: BackchannelResultOptions,
    ): Promise<void>
  }
}

declare module '../../clients/client.ts' {
  interface Client {
    /**
     * Tells the client that the outcome of a request can be fetched, once. Nothing is stored, and no event told.
     * @throws Error when the client cannot be told
     * @see OpenID Connect CIBA Core 1.0 §10.2
     */
    backchannelPing(request: GivenRequest): Promise<void>
  }
}

/** Pings wait for nothing else, and nothing else for them. */
export const cibaClient = defineClientMembers((rt) => {
  const pool = new FetchPool()
  return {
    backchannelPing: {
      value(request: GivenRequest) {
        return pingClient(rt(), this, request, pool)
      },
    },
  }
})

export const cibaProvider = defineProviderMembers((rtOf) => ({
  backchannelResult: {
    async value(
      this: object,
      given: GivenRequest | string,
      result: BackchannelResult,
      options: BackchannelResultOptions = {},
    ) {
      const rt = rtOf(this)
      const { client, request } = await storeResult(rt, given, result, options)
      if (client.backchannelTokenDeliveryMode !== 'ping') return
      try {
        await client.backchannelPing(request)
        rt.emit('backchannel_ping.success', client, request)
      } catch (cause) {
        const error = cause instanceof Error ? cause : new Error('unknown reason', { cause })
        rt.emit('backchannel_ping.error', error, client, request)
      }
    },
  },
}))

export const cibaModels = (
  rt: () => ModelRuntime,
): Pick<FeatureModels, 'BackchannelAuthenticationRequest'> => ({
  BackchannelAuthenticationRequest: class extends BackchannelAuthenticationRequest {
    static override get rt() {
      return rt()
    }
  },
})
