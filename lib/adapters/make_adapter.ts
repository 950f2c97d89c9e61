import type { AdapterConstructor, AdapterFactory, GivenAdapter, ModelName } from '../../types/adapter.ts'

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

/** What every adapter has to have. */
const NEEDED = ['find', 'upsert', 'consume', 'destroy', 'revokeByGrantId'] as const

/** What is called on the adapter of one kind alone. */
const OF_KIND: Readonly<Partial<Record<ModelName, keyof GivenAdapter>>> = {
  Session: 'findByUid',
  DeviceCode: 'findByUserCode',
}

/** Names of the methods that an adapter lacks; hosts need not be written in TypeScript. */
export function missingMethods(adapter: GivenAdapter, model: ModelName): string[] {
  const own = OF_KIND[model]
  return [...NEEDED, ...(own === undefined ? [] : [own])].filter(
    (name) => typeof adapter[name] !== 'function',
  )
}

/** Told before a request fails for want of them: some are called when somebody misuses a code, or logs out. */
export const missingMethodsWarning = (model: ModelName, missing: readonly string[]): string =>
  `WARNING: the adapter made for ${model} has no ${missing.map((name) => `${name}()`).join(', ')}: whatever needs that ` +
  'will fail. npx openid-provider-adapter-check tries what an adapter has to do, see docs/storage.md.'
