import type { InteractionPolicy, PolicyPrompt } from '../../../../types/interaction_policy.ts'
import { consentPrompt } from './consent_prompt.ts'
import { loginPrompt } from './login_prompt.ts'
import { NamedList } from './named_list.ts'

class Policy extends NamedList<PolicyPrompt> implements InteractionPolicy {
  protected nameOf(prompt: PolicyPrompt): string {
    return prompt.name
  }
}

/** @returns a fresh copy of the default policy: log in, then consent */
export function base(): InteractionPolicy {
  const policy = new Policy()
  policy.add(loginPrompt())
  policy.add(consentPrompt())
  return policy
}

/** A configured list of prompts, usable by name. */
export function toPolicy(prompts: readonly PolicyPrompt[]): InteractionPolicy {
  const policy = new Policy()
  for (const prompt of prompts) policy.add(prompt)
  return policy
}
