import type { PresentedTokenType, TokenExchangeDecision } from '../../../types/features/token_exchange.ts'
import type { Presented } from './presented.ts'

/** What a client presents, before it was looked at. */
export interface SentToken {
  /** Its parameter. */
  readonly name: 'subject_token' | 'actor_token'
  readonly value: string
  readonly type: PresentedTokenType
}

/** A token exchange as it was sent. */
export interface SentExchange {
  readonly subject: SentToken
  readonly actor: SentToken | undefined
  readonly requestedTokenType: PresentedTokenType
}

/** The same with its tokens looked up. */
export interface PresentedTokens {
  readonly subject: Presented
  readonly actor: Presented | undefined
}

declare module '../../engine/context.ts' {
  interface UnderstoodRequest {
    sentExchange?: SentExchange
    presentedTokens?: PresentedTokens
    exchangeDecision?: TokenExchangeDecision
  }
}
