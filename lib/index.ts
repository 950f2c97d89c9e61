import { Provider } from './provider.ts'

export default Provider
export * as interactionPolicy from './actions/interaction_policy/public.ts'
export * as errors from './helpers/errors.ts'
export { Provider }
