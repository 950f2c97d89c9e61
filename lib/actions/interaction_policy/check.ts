import type { KoaContextWithOIDC } from '../../../types/context.ts'
import type { PolicyCheck, PolicyDetails } from '../../../types/interaction_policy.ts'

type CheckFunction = (ctx: KoaContextWithOIDC) => boolean | Promise<boolean>

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

  constructor(reason: string, description: string, check: CheckFunction, details?: PolicyDetails)
  constructor(
    reason: string,
    description: string,
    error: string | undefined,
    check: CheckFunction,
    details?: PolicyDetails,
  )
  constructor(
    reason: string,
    description: string,
    ...rest: [CheckFunction, PolicyDetails?] | [string | undefined, CheckFunction, PolicyDetails?]
  ) {
    this.reason = reason
    this.description = description
    if (typeof rest[0] === 'function') {
      const [check, details] = [rest[0], rest[1]]
      this.check = check
      this.details = typeof details === 'function' ? details : NO_DETAILS
    } else {
      const [error, check, details] = [rest[0], rest[1], rest[2]]
      if (typeof check !== 'function') throw new TypeError(`check "${reason}" needs a function that checks`)
      this.error = error
      this.check = check
      this.details = typeof details === 'function' ? details : NO_DETAILS
    }
  }
}
