import type { AdapterPayload, CommitOperation, ModelName } from '../../../types/adapter.ts'
import { GRANT_BOUND_KINDS, isConsumed } from '../operations.ts'

/** What is looked up by a member of its own, and that member. */
const LOOKUPS: Readonly<Partial<Record<ModelName, 'uid' | 'userCode'>>> = {
  Session: 'uid',
  DeviceCode: 'userCode',
}

const LISTED: ReadonlySet<ModelName> = new Set<ModelName>(['Session', 'Grant', 'AccessToken', 'RefreshToken'])

/** Three hundred years: Redis cannot count the milliseconds of all the seconds that a number can hold. */
const LONGEST = 10_000_000_000

export const memberOf = (model: ModelName, id: string): string => `${model}:${id}`

/** Names begin in lower case, and models do not: none can be an entry. */
export const lookupOf = (member: 'uid' | 'userCode', value: string): string => `${member}:${value}`

export const grantOf = (grantId: string): string => `grant:${grantId}`

/** Lists of what an account has. As JSON the account's id is text that every encoding tells apart. */
export const accountOf = (kept: 'account' | 'lasting', model: ModelName, accountId: string): string =>
  `${kept}:${model}:${JSON.stringify(accountId).slice(1, -1)}`

/** One operation as the script reads it. */
export function rowOf(operation: CommitOperation): string[] {
  const { op, model, id } = operation
  const member = memberOf(model, id)
  switch (op) {
    case 'consume':
      return [op, member, operation.attempt, '', '', '', '', '', '', '', '']
    case 'require':
      return [op, member, textOf(operation.version), '', '', '', '', '', '', '', '']
    case 'destroy':
      return [op, member, '', '', '', '', '', '', '', '', '']
    case 'insert':
    case 'put':
      return [op, member, '', ...contentOf(model, operation.payload, operation.expiresIn)]
  }
}

function contentOf(model: ModelName, payload: AdapterPayload, expiresIn: number | undefined): string[] {
  const { exp, version, grantId, accountId } = payload
  const isLasting = expiresIn === undefined || expiresIn > LONGEST
  const list = isLasting ? 'lasting' : 'account'
  return [
    JSON.stringify(payload),
    isLasting ? '' : String(Math.ceil(expiresIn * 1000)),
    Number.isFinite(exp) ? String(exp) : '',
    textOf(version ?? undefined),
    isConsumed(payload) ? '1' : '',
    lookupIn(model, payload),
    GRANT_BOUND_KINDS.includes(model) && typeof grantId === 'string' ? grantOf(grantId) : '',
    LISTED.has(model) && typeof accountId === 'string' ? accountOf(list, model, accountId) : '',
  ]
}

function lookupIn(model: ModelName, payload: AdapterPayload): string {
  const member = LOOKUPS[model]
  const value = member && payload[member]
  return member !== undefined && typeof value === 'string' ? lookupOf(member, value) : ''
}

const textOf = (value: unknown): string => (value === undefined ? '' : JSON.stringify(value))
