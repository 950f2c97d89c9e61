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
