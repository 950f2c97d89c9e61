import type { PromptDetail } from '../../types/interaction_policy.ts'
import type { InteractionPayload, InteractionResults, InteractionSession } from '../../types/models.ts'
import { BaseModel } from './base_model.ts'
import { endOf } from './lifetime.ts'
import type { FieldMap, Fields } from './traits/field_map.ts'

/** A detour of an authorization request to the end-user, and how it went. */
export class Interaction extends BaseModel implements InteractionPayload {
  static override readonly kind = 'Interaction'
  static override readonly eventName: string = 'interaction'
  static override readonly fields: Fields = {
    jti: 'string',
    kind: 'string',
    iat: 'number',
    exp: 'number',
    returnTo: 'string',
    prompt: 'object',
    params: 'object',
    lastSubmission: 'object',
    result: 'object',
    session: 'object',
    grantId: 'string',
    trusted: 'array',
    deviceCode: 'string',
    cid: 'string',
    carried: 'object',
    progress: 'object',
  } satisfies FieldMap<InteractionPayload>

  declare kind: 'Interaction'
  /** Absent at run time when `ttl.Interaction` never ends. */
  declare exp: number
  declare returnTo: string
  declare prompt: PromptDetail
  declare params: { client_id: string; [name: string]: unknown }
  declare lastSubmission?: InteractionResults | undefined
  declare result?: InteractionResults | undefined
  declare session?: InteractionSession | undefined
  declare grantId?: string | undefined
  declare trusted?: string[] | undefined
  declare deviceCode?: string | undefined
  declare cid: string
  declare carried?: InteractionPayload['carried']
  declare progress?: InteractionPayload['progress']

  /** @param payload what it holds; its id may stand in front of it */
  constructor(payload: Partial<InteractionPayload>)
  constructor(uid: string, payload: Partial<InteractionPayload>)
  constructor(first: string | Partial<InteractionPayload>, second: Partial<InteractionPayload> = {}) {
    super(typeof first === 'string' ? { ...second, jti: first } : first)
  }

  get uid(): string {
    return this.jti
  }

  /** @throws Error when it is over meanwhile */
  override async save(ttl?: number): Promise<string> {
    if (!this.isStored && this.exp === undefined) this.endsAt(endOf(this.rt, 'Interaction', this))
    return super.save(ttl)
  }

  /** Stores it as it is now, for its remaining lifetime; refused when it is over meanwhile. */
  persist(): Promise<string> {
    return this.save()
  }
}
