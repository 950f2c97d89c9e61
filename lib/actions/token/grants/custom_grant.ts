import type { GrantToolkit } from '../../../../types/grants/grant_toolkit.ts'
import type { Ctx } from '../../../engine/context.ts'
import { runSteps } from '../../../engine/run_action.ts'
import type { GrantType, Step } from '../../../engine/runtime.ts'
import { RequestToolkit } from '../issuance/request_toolkit.ts'

/**
 * Answers a request of a host's own grant type: by the toolkit, which is for this request, or by setting `ctx.body`.
 * @see RFC 6749 §4.5
 */
export type GrantHandler = (ctx: Ctx, next: () => Promise<void>, toolkit: GrantToolkit) => unknown

const names = (given: string | Iterable<string> | null | undefined): string[] =>
  given === undefined || given === null ? [] : typeof given === 'string' ? [given] : [...given]

/**
 * A grant type that the host implements.
 * @throws TypeError when name, handler or parameter names cannot be meant
 */
export function customGrant(
  name: string,
  handler: GrantHandler,
  params: string | Iterable<string> | null | undefined,
  dupes: string | Iterable<string> | null | undefined,
): GrantType {
  if (typeof name !== 'string' || name === '') throw new TypeError('a grant type needs a name')
  if (typeof handler !== 'function') throw new TypeError(`grant type ${name} needs a handler function`)
  const known = names(params)
  const repeatable = names(dupes)
  if (![...known, ...repeatable].every((parameter) => typeof parameter === 'string' && parameter !== '')) {
    throw new TypeError(`parameters of grant type ${name} must be non-empty strings`)
  }
  const runHandler: Step = async (ctx, rt) => {
    const { binding } = rt.customGrantSteps
    if (binding.length > 0) await runSteps(binding, ctx, rt)
    const toolkit = new RequestToolkit(ctx, rt, name)
    await handler(ctx, async () => {}, toolkit)
    await toolkit.finish()
  }
  return { name, params: [...known, ...repeatable], repeatable, steps: [runHandler] }
}
