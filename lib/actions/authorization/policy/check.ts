import type { KoaContextWithOIDC } from '../../../../types/context.ts'
import type { PolicyCheck, PolicyDetails } from '../../../../types/interaction_policy.ts'

type CheckFunction = (ctx: KoaContextWithOIDC) => boolean | Promise<boolean>

type WithoutError = [check: CheckFunction, details?: PolicyDetails]
type WithError = [error: string | undefined, check: CheckFunction, details?: PolicyDetails]

const NO_DETAILS: PolicyDetails = () => undefined

/** One reason to involve the end-user. */
export class Check implements PolicyCheck {
  /** What a check returns to have the end-user prompted. */
  static readonly REQUEST_PROMPT = true
  /** What a check returns when it is content. */
  static readonly NO_NEED_TO_PROMPT = false

  reason: string
  description: string
  error: string | undefined
  check: CheckFunction
  details: PolicyDetails

  /**
   * @param reason names the check; interactions list the reasons of those that failed
   * @param description `error_description` for `prompt=none`
   * @param rest an optional error code for `prompt=none`, the function that checks, and an optional function that
   *   adds details for the end-user's screen
   */
  constructor(reason: string, description: string, ...rest: WithoutError | WithError) {
    const [error, check, details] = startsWithCheck(rest) ? [undefined, ...rest] : rest
    if (typeof check !== 'function') throw new TypeError(`check "${reason}" needs a function that checks`)
    this.reason = reason
    this.description = description
    this.error = error
    this.check = check
    this.details = typeof details === 'function' ? details : NO_DETAILS
  }
}

const startsWithCheck = (rest: WithoutError | WithError): rest is WithoutError =>
  typeof rest[0] === 'function'
