export { Check } from './check.ts'
export { base } from './policy.ts'
export { Prompt } from './prompt.ts'
