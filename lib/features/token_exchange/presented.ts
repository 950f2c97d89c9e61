import type { CommitOperation } from '../../../types/adapter.ts'
import type { ExchangedToken } from '../../../types/features/token_exchange.ts'
import type { Actor } from '../../../types/grants/grant_toolkit.ts'
import { UnacceptableToken } from '../../actions/trusted_issuers/unacceptable_token.ts'
import { ownCopy } from '../../clients/own_copy.ts'
import { isRecord } from '../../helpers/is_record.ts'
import type { AccessToken } from '../../models/access_token.ts'
import type { Grant } from '../../models/grant.ts'
import type { RefreshToken } from '../../models/refresh_token.ts'
import type { ResourceServer } from '../../models/resource_server.ts'
import { EXCHANGE } from './reasons.ts'

/** A token that was presented and holds. */
export interface Presented {
  /** What the host hears of it. */
  readonly told: ExchangedToken
  /** What it stands on, and it itself, where they are stored. */
  readonly grant?: Grant | undefined
  readonly token?: AccessToken | RefreshToken | undefined
  /** What has to be there still in the moment that the new token is stored. */
  readonly conditions: readonly CommitOperation[]
  /** Epoch seconds that the new token must not outlive. */
  readonly notBeyond?: number | undefined
  /** What of its scope is worth something at this resource server, or at the UserInfo endpoint. */
  readonly scopeAt?: ((target: ResourceServer | undefined) => readonly string[]) | undefined
}

type Said = Omit<ExchangedToken, 'act' | 'claims'> & { readonly claims: Readonly<Record<string, unknown>> }

const isActor = (value: unknown): value is Actor => isRecord(value) && typeof value['sub'] === 'string'

/** Freezes what is told, all the way down. */
function frozen<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value
  for (const member of Object.values(value)) frozen(member)
  return Object.freeze(value)
}

/** What the host hears of a token. @throws UnacceptableToken when it names an actor in no way that can be passed on */
export function told(said: Said): ExchangedToken {
  const claims = ownCopy(said.claims)
  const { act } = claims
  if (act !== undefined && !isActor(act))
    throw new UnacceptableToken('its act names nobody', EXCHANGE.actor_unnamed)
  return frozen({ ...said, claims, ...(act === undefined ? {} : { act }) })
}
