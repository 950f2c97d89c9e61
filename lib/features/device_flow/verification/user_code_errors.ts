import { InvalidRequest } from '../../../helpers/errors.ts'
import { DEVICE } from '../reasons.ts'

/** One description for all that is wrong with a code, so that nobody learns which codes there are. @see RFC 8628 §5.1 */
const REFUSED = 'the code is not right, was used already or is too old'

/** The person has to enter a code again; nobody else hears of it. */
export class UserCodeError extends InvalidRequest {
  /** What was entered. */
  readonly userCode: string | undefined

  constructor(description: string, userCode?: string, detail?: string) {
    super(description, 400, detail)
    this.userCode = userCode
  }
}

/** Nothing was entered. */
export class NoCodeError extends UserCodeError {
  override name = 'NoCodeError'

  constructor() {
    super('no code was entered')
    this.because(DEVICE.code_missing)
  }
}

/** The person cancelled, on the confirmation or on a screen after it. */
export class AbortedError extends UserCodeError {
  override name = 'AbortedError'

  constructor() {
    super('the sign-in was interrupted')
    this.because(DEVICE.aborted)
  }
}

/** What was entered is no code that somebody waits for: it counts as a guess. */
export class RefusedCodeError extends UserCodeError {
  constructor(userCode: string, detail: string) {
    super(REFUSED, userCode, detail)
  }
}

export class NotFoundError extends RefusedCodeError {
  override name = 'NotFoundError'

  constructor(userCode: string) {
    super(userCode, 'user code not found')
    this.because(DEVICE.user_code_not_found)
  }
}

export class ExpiredError extends RefusedCodeError {
  override name = 'ExpiredError'

  constructor(userCode: string) {
    super(userCode, 'user code is expired')
    this.because(DEVICE.user_code_expired)
  }
}

export class AlreadyUsedError extends RefusedCodeError {
  override name = 'AlreadyUsedError'

  constructor(userCode: string) {
    super(userCode, 'user code was confirmed, allowed or refused before')
    this.because(DEVICE.user_code_used)
  }
}
