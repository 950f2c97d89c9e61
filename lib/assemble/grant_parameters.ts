import type { RunnableAction } from '../engine/run_action.ts'
import type { GrantType } from '../engine/runtime.ts'
import type { Recognised } from '../helpers/http/parameters.ts'

/** What the token endpoint recognises in requests of each grant type. */
export class GrantParameters extends Map<string, Recognised> {
  readonly #ofAll: ReadonlySet<string>

  constructor(actions: readonly RunnableAction[], grantTypes: Iterable<GrantType>) {
    super()
    this.#ofAll = new Set(actions.find(({ name }) => name === 'token')?.recognised.known)
    for (const grantType of grantTypes) this.add(grantType)
  }

  add({ name, params, repeatable }: GrantType): void {
    this.set(name, { known: new Set([...this.#ofAll, ...params]), repeatable: new Set(repeatable) })
  }
}
