import { setSessionCookie } from '../../../actions/authorization/interaction/session_cookie.ts'
import { INTERACTION } from '../../../actions/authorization/reasons.ts'
import type { Ctx } from '../../../engine/context.ts'
import type { Runtime } from '../../../engine/runtime.ts'
import { constantEquals } from '../../../helpers/constant_equals.ts'
import { epochTime } from '../../../helpers/epoch_time.ts'
import { SessionNotFound } from '../../../helpers/errors.ts'
import { isRecord } from '../../../helpers/is_record.ts'
import { randomId } from '../../../helpers/random_id.ts'
import type { Session } from '../../../models/session.ts'
import { CommitConflict, Transaction, type Writes } from '../../../models/transaction.ts'

/** A form that a browser was given, and that it may send once. */
export interface DeviceForm {
  /** Stands in the form; nobody else knows it. */
  readonly secret: string
  /** The code that the person entered here, and is asked about. */
  readonly userCode?: string | undefined
}

/** Wrong codes that were entered in this browser. */
interface Wrong {
  readonly count: number
  /** When the first of them was, epoch seconds. */
  readonly since: number
}

interface DeviceState {
  readonly forms: readonly DeviceForm[]
  readonly wrong?: Wrong | undefined
}

/** In how many tabs a person can be asked at once. */
const KEPT = 4
/** Seconds within which a form is sent, where nobody is logged in and the session is for this only. */
const SENT_WITHIN = 60 * 60
/** Seconds for which wrong codes count. */
export const WRONG_COUNTS_FOR = 5 * 60

const isForm = (value: unknown): value is DeviceForm =>
  isRecord(value) &&
  typeof value['secret'] === 'string' &&
  (value['userCode'] === undefined || typeof value['userCode'] === 'string')

const isWrong = (value: unknown): value is Wrong =>
  isRecord(value) && typeof value['count'] === 'number' && typeof value['since'] === 'number'

function stateOf({ state }: Pick<Session, 'state'>): DeviceState {
  const kept = state?.['device']
  if (!isRecord(kept)) return { forms: [] }
  const { forms, wrong } = kept
  return {
    forms: Array.isArray(forms) ? forms.filter(isForm) : [],
    ...(isWrong(wrong) ? { wrong } : {}),
  }
}

/** Puts it beside what others keep there. */
function keep(session: Session, { forms, wrong }: DeviceState): void {
  const { device: _, ...others } = session.state ?? {}
  const device = { ...(forms.length === 0 ? {} : { forms }), ...(wrong === undefined ? {} : { wrong }) }
  session.state = Object.keys(device).length === 0 ? others : { ...others, device }
}

/** The form that was sent. All of them are compared, so that the time tells nothing. */
export function findForm(session: Session, secret: string): DeviceForm | undefined {
  const [found] = stateOf(session).forms.filter((form) => constantEquals(form.secret, secret))
  return found
}

/** A form is sent once. */
export function forgetForm(session: Session, form: DeviceForm | undefined): void {
  const state = stateOf(session)
  keep(session, { ...state, forms: state.forms.filter(({ secret }) => secret !== form?.secret) })
}

function countWrong(session: Session): void {
  const { forms, wrong } = stateOf(session)
  const now = epochTime()
  const isOver = wrong === undefined || now - wrong.since >= WRONG_COUNTS_FOR
  keep(session, { forms, wrong: isOver ? { count: 1, since: now } : { ...wrong, count: wrong.count + 1 } })
}

/** @returns seconds to wait; 0 where another code may be entered in this browser */
export function waitOf(session: Session, most: number): number {
  const { wrong } = stateOf(session)
  if (wrong === undefined || wrong.count < most) return 0
  return Math.max(0, wrong.since + WRONG_COUNTS_FOR - epochTime())
}

/** Writes what a page leaves in the session, on top of what other tabs have put there meanwhile. */
function leaving(session: Session, change: () => void): Writes {
  const before = session.state
  change()
  return {
    operations: () => session.operations(),
    written: () => session.written(),
    async rebase() {
      session.state = before
      const isThere = await session.rebase()
      change()
      return isThere
    },
    contendedAs: session.contendedAs,
  }
}

function explainConflict(thrown: unknown): never {
  if (!(thrown instanceof CommitConflict)) throw thrown
  throw new SessionNotFound('session was changed or ended meanwhile', 400, undefined, thrown).because(
    INTERACTION.session_changed,
  )
}

/**
 * Stores that the browser gets a form, in place of the one that it sent.
 * @returns what has to stand in it
 */
export async function giveForm(
  ctx: Ctx,
  rt: Runtime,
  session: Session,
  given: {
    instead: DeviceForm | undefined
    userCode?: string
    wasWrong?: boolean
    /** What is written together with it. */
    besides?: readonly Writes[]
  },
): Promise<string> {
  const form: DeviceForm = {
    secret: randomId(),
    ...(given.userCode === undefined ? {} : { userCode: given.userCode }),
  }
  session.neededUntil(epochTime() + SENT_WITHIN)
  const writes = leaving(session, () => {
    forgetForm(session, given.instead)
    if (given.wasWrong === true) countWrong(session)
    const state = stateOf(session)
    keep(session, { ...state, forms: [form, ...state.forms].slice(0, KEPT) })
  })
  // Not the request's own transaction: what a request wanted that failed is not to be written.
  const transaction = new Transaction(rt.store)
  for (const other of given.besides ?? []) transaction.addWrites(other)
  transaction.addWrites(writes)
  await transaction.commit().catch(explainConflict)
  setSessionCookie(ctx, session)
  return form.secret
}
