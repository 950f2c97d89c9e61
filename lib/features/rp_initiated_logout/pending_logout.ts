import { constantEquals } from '../../helpers/constant_equals.ts'
import { isRecord } from '../../helpers/is_record.ts'
import type { Session } from '../../models/session.ts'

/** A logout that a person has been asked about in one tab, and what it was asked for with. */
export interface PendingLogout {
  /** Stands in the form of that tab; nobody else knows it. */
  readonly secret: string
  readonly clientId?: string | undefined
  readonly postLogoutRedirectUri?: string | undefined
  readonly state?: string | undefined
  /** Languages for the person. @see OpenID Connect RP-Initiated Logout 1.0 §2 (`ui_locales`) */
  readonly uiLocales?: string | undefined
}

/** In how many tabs a person can be asked at once. */
const KEPT = 4

const isText = (value: unknown): value is string | undefined =>
  value === undefined || typeof value === 'string'

function isPendingLogout(value: unknown): value is PendingLogout {
  if (!isRecord(value) || typeof value['secret'] !== 'string') return false
  return ['clientId', 'postLogoutRedirectUri', 'state', 'uiLocales'].every((name) => isText(value[name]))
}

/** The newest first. It stands in `session.state` itself, where hosts look for it; the others in a list beside it. */
function pendingLogouts({ state = {} }: Pick<Session, 'state'>): PendingLogout[] {
  const { secret, clientId, postLogoutRedirectUri, state: sent, uiLocales, earlier } = state
  const newest = { secret, clientId, postLogoutRedirectUri, state: sent, uiLocales }
  return [newest, ...(Array.isArray(earlier) ? earlier : [])].filter(isPendingLogout)
}

/** Keeps what a host has there, too. */
function keep(session: Session, pending: readonly PendingLogout[]): void {
  const {
    secret,
    clientId,
    postLogoutRedirectUri,
    state,
    uiLocales,
    earlier: _,
    ...others
  } = session.state ?? {}
  const [newest, ...earlier] = pending
  session.state = { ...others, ...newest, ...(earlier.length === 0 ? {} : { earlier }) }
}

export function rememberLogout(session: Session, pending: PendingLogout): void {
  keep(session, [pending, ...pendingLogouts(session)].slice(0, KEPT))
}

export function forgetLogout(session: Session, { secret }: PendingLogout): void {
  keep(
    session,
    pendingLogouts(session).filter((other) => other.secret !== secret),
  )
}

/** Whether a person has been asked about any logout. */
export const hasPendingLogout = (session: Session): boolean => pendingLogouts(session).length > 0

/** The logout whose form was sent. All of them are compared, so that the time tells nothing. */
export function findPendingLogout(session: Session, xsrf: string): PendingLogout | undefined {
  const [found] = pendingLogouts(session).filter(({ secret }) => constantEquals(secret, xsrf))
  return found
}
