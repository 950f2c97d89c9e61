import type { Step, Wrap } from './runtime.ts'

/** Visible places in lists of steps where optional features may add theirs; rooms add those of their own lists. */
export interface Slots {
  client_authenticated: true
  pushed_request: true
  request_object: true
  strict_request_object: true
  signed_request: true
  redirect_uri: true
  front_channel_rules: true
  redirect_rules: true
  requested_claims: true
  request_rules: true
  before_interaction: true
  before_answer: true
  granted_resource: true
  client_resource: true
  /** What the sender of a token request proves, by `proveSender`. */
  token_binding: true
  /** The same where an access token is presented: it proves what this one is bound to. */
  presented_token: true
  /** What the code that is exchanged was bound to. */
  code_proof: true
  token_response: true
}

export type SlotName = keyof Slots

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
