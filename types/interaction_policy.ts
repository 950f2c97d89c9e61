import type { KoaContextWithOIDC } from './context.ts'

export type { PromptDetail } from './payloads.ts'

/** Adds details for the end-user's screen. */
export type PolicyDetails = (
  ctx: KoaContextWithOIDC,
) => Record<string, unknown> | undefined | Promise<Record<string, unknown> | undefined>

/** One reason to prompt. */
export interface PolicyCheck {
  reason: string
  description: string
  /** Error code for `prompt=none`; taken from the prompt when `undefined`. */
  error: string | undefined
  /** @returns `true` (`Check.REQUEST_PROMPT`) to prompt */
  check(ctx: KoaContextWithOIDC): boolean | Promise<boolean>
  details: PolicyDetails
}

/** A list of checks that is changed by reason. */
export interface PolicyChecks extends Array<PolicyCheck> {
  get(reason: string): PolicyCheck | undefined
  remove(reason: string): void
  clear(): void
  add(check: PolicyCheck, index?: number): void
}

/** Something the end-user may have to do. */
export interface PolicyPrompt {
  name: string
  /** Whether clients may ask for it with the `prompt` parameter. */
  requestable: boolean
  details: PolicyDetails
  checks: PolicyChecks
}

/** The prompts of a provider, in the order they are considered. */
export interface InteractionPolicy extends Array<PolicyPrompt> {
  get(name: string): PolicyPrompt | undefined
  remove(name: string): void
  clear(): void
  add(prompt: PolicyPrompt, index?: number): void
}
