import type { AdapterConstructor, AdapterFactory, GivenAdapter, ModelName } from '../../types/adapter.ts'
import { GRANT_BOUND_KINDS } from './operations.ts'

/**
 * The adapter of one model, of a class or a function.
 * @throws TypeError when it is none
 */
export function makeAdapter(adapter: AdapterConstructor | AdapterFactory, model: ModelName): GivenAdapter {
  const made = isConstructor(adapter) ? new adapter(model) : adapter(model)
  if (typeof made?.find !== 'function' || typeof made.upsert !== 'function') {
    throw new TypeError(`adapter: the adapter made for ${model} has no find() and upsert()`)
  }
  return made
}

/**
 * Whether `new` works. It does for factories written as `function` as well, and gives back what they return;
 * how a function is spelled says nothing once a compiler has been over it.
 */
function isConstructor(adapter: AdapterConstructor | AdapterFactory): adapter is AdapterConstructor {
  try {
    Reflect.construct(Object, [], adapter)
    return true
  } catch {
    return false
  }
}

const CONSUMED: ReadonlySet<ModelName> = new Set([
  'AuthorizationCode',
  'BackchannelAuthenticationRequest',
  'DeviceCode',
  'PushedAuthorizationRequest',
  'RefreshToken',
])

/** What is called on the adapter of a kind, beside what all have; clients may come from elsewhere, and stay there. */
function neededBy(model: ModelName): (keyof GivenAdapter)[] {
  return [
    ...(model === 'Client' ? [] : (['destroy'] as const)),
    ...(CONSUMED.has(model) ? (['consume'] as const) : []),
    ...(GRANT_BOUND_KINDS.includes(model) ? (['revokeByGrantId'] as const) : []),
    ...(model === 'Session' ? (['findByUid'] as const) : []),
    ...(model === 'DeviceCode' ? (['findByUserCode'] as const) : []),
  ]
}

/** Names of the methods that an adapter lacks; hosts need not be written in TypeScript. */
export const missingMethods = (adapter: GivenAdapter, model: ModelName): string[] =>
  neededBy(model).filter((name) => typeof adapter[name] !== 'function')

/** Told before a request fails for want of them: some are called when somebody misuses a code, or logs out. */
export const missingMethodsWarning = (model: ModelName, missing: readonly string[]): string =>
  `WARNING: the adapter made for ${model} has no ${missing.map((name) => `${name}()`).join(', ')}: whatever needs that ` +
  'will fail. npx openid-provider-adapter-check tries what an adapter has to do, see docs/storage.md.'
