import type { Step, Wrap } from './runtime.ts'

/** A visible place in a list of steps where optional features may add theirs. */
export type SlotName =
  | 'client_authenticated'
  | 'pushed_request'
  | 'request_object'
  | 'strict_request_object'
  | 'signed_request'
  | 'redirect_uri'
  | 'front_channel_rules'
  | 'redirect_rules'
  | 'requested_claims'
  | 'request_rules'
  | 'before_interaction'
  | 'before_answer'
  | 'granted_resource'
  | 'client_resource'
  | 'token_binding'
  | 'token_response'
  | 'userinfo_response'

export interface Slot {
  readonly slot: SlotName
}

export type StepList = readonly (Step | Slot)[]

export const slot = (name: SlotName): Slot => ({ slot: name })

export type HttpMethod = 'GET' | 'POST' | 'PUT' | 'DELETE' | 'OPTIONS'

/** Who may read the answer from another origin. */
export type CorsPolicy = 'open' | 'client'

/** What an endpoint does: a list that can be read aloud. */
export interface Action {
  /** Name of its route. */
  readonly name: string
  readonly methods: readonly HttpMethod[]
  /** Option of `routes` that holds its path, which may continue (`registration/:clientId`), or the path itself. */
  readonly path: string
  /** Parameters it recognises. */
  readonly params?: readonly string[]
  /** Those of `params` that may be sent more than once. */
  readonly repeatable?: readonly string[]
  readonly cors?: CorsPolicy
  /** Whether POST is served only where `enableHttpPostMethods` allows it. */
  readonly optionalPost?: boolean
  /** Whether HEAD may be answered like GET: it changes nothing. */
  readonly safe?: boolean
  readonly wraps: readonly Wrap[]
  readonly steps: StepList
}

export const defineAction = (action: Action): Action => action
