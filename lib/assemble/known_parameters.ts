import type { Recognised } from '../helpers/http/parameters.ts'

/** The parameters of all endpoints and grant types; hosts may register further ones later. */
export class KnownParameters implements Recognised {
  readonly known = new Set<string>()
  readonly repeatable = new Set<string>()

  add(known: Iterable<string>, repeatable: Iterable<string>): void {
    for (const name of known) this.known.add(name)
    for (const name of repeatable) this.repeatable.add(name)
  }
}
