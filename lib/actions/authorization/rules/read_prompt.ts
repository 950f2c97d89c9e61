import type { Ctx } from '../../../engine/context.ts'
import type { Step } from '../../../engine/runtime.ts'
import { InvalidRequest } from '../../../helpers/errors.ts'
import { words } from '../../../helpers/words.ts'
import { AUTHORIZATION } from '../reasons.ts'

/** "older than 0 seconds" is always true: the end-user has to authenticate now. */
const withImplied = (ctx: Ctx, prompts: ReadonlySet<string>): ReadonlySet<string> =>
  ctx.oidc.request.maxAge === 0 ? new Set([...prompts, 'login']) : prompts

/** @see OpenID Connect Core 1.0 §3.1.2.1 (prompt) */
export const readPrompt: Step = (ctx, rt) => {
  const prompts = new Set(words(ctx.oidc.param('prompt')))
  const isRequestable = (name: string) =>
    rt.policy.some((prompt) => prompt.requestable && prompt.name === name)
  for (const prompt of prompts) {
    if (prompt !== 'none' && !isRequestable(prompt))
      throw new InvalidRequest('unsupported prompt value requested').because(AUTHORIZATION.prompt_unknown, {
        seen: [prompt],
        accepted: ['none', ...rt.policy.filter(({ requestable }) => requestable).map(({ name }) => name)],
      })
  }
  if (prompts.has('none') && prompts.size > 1)
    throw new InvalidRequest('prompt none must only be used alone').because(
      AUTHORIZATION.prompt_none_not_alone,
      { seen: [...prompts] },
    )
  ctx.oidc.understand('prompts', withImplied(ctx, prompts))
}

/** Where a client cannot ask for prompts. */
export const impliedPrompt: Step = (ctx) => ctx.oidc.understand('prompts', withImplied(ctx, new Set()))
