export type { InteractionPolicy as DefaultPolicy } from '../../../../types/interaction_policy.ts'
export { Check } from './check.ts'
export { base } from './policy.ts'
export { Prompt } from './prompt.ts'
