import type {
  AccountEntries,
  AdapterConstructor,
  AdapterFactory,
  AdapterPayload,
  GivenAdapter,
  ModelName,
} from '../../../types/adapter.ts'
import { isRecord } from '../../helpers/is_record.ts'
import { makeAdapter } from '../make_adapter.ts'
import type { LookedUp, Place } from './place.ts'
import type { OpenedEntry } from './sealed_payload.ts'

type Answer = Awaited<ReturnType<GivenAdapter['find']>>
/** An entry, where it is kept, and under which id. */
export interface FoundEntry extends OpenedEntry {
  readonly place: Place
  readonly storedId: string
}

/** The places entries are kept in: of each model the first is written, and all are read. */
export class SealedStorage {
  readonly #adapter: AdapterConstructor | AdapterFactory
  readonly #places: readonly [Place, ...Place[]]
  readonly #clients: readonly [Place]
  readonly #instances = new Map<ModelName, GivenAdapter>()

  constructor(
    adapter: AdapterConstructor | AdapterFactory,
    places: readonly [Place, ...Place[]],
    clients: Place,
  ) {
    this.#adapter = adapter
    this.#places = places
    this.#clients = [clients]
  }

  /** The first is what is written. */
  placesOf(model: ModelName): readonly [Place, ...Place[]] {
    return model === 'Client' ? this.#clients : this.#places
  }

  /** The adapter that is wrapped. */
  inner(model: ModelName): GivenAdapter {
    const known = this.#instances.get(model)
    if (known !== undefined) return known
    const made = makeAdapter(this.#adapter, model)
    this.#instances.set(model, made)
    return made
  }

  async find(model: ModelName, id: string): Promise<FoundEntry | undefined> {
    return this.#search(model, async (place) => {
      const storedId = place.idOf(model, id)
      if (storedId === undefined) return undefined
      const entry = opened(model, place, await this.inner(model).find(storedId), storedId)
      return entry === undefined ? undefined : { ...entry, place, storedId }
    })
  }

  findBy(
    model: ModelName,
    member: LookedUp,
    value: string,
    ask: (name: string) => ReturnType<GivenAdapter['find']>,
  ): Promise<OpenedEntry | undefined> {
    return this.#search(model, async (place) => {
      const name = place.nameOf(member, value)
      const found = name === undefined ? undefined : opened(model, place, await ask(name))
      return found?.payload[member] === value ? found : undefined
    })
  }

  /**
   * One place is asked. Of several the first again after the others, as what is written moves there: it may be gone
   * from one before it is asked, and have come to the other after it was.
   */
  async #search<T>(model: ModelName, ask: (place: Place) => Promise<T | undefined>): Promise<T | undefined> {
    const places = this.placesOf(model)
    const [first] = places
    if (places.length === 1) return ask(first)
    for (const place of [...places, first]) {
      const found = await ask(place)
      if (found !== undefined) return found
    }
    return undefined
  }

  /**
   * A page of one place. What is written moves to the first one, so that is read last, and nothing gets past.
   * @param after the place counted from the last, and what its adapter said
   */
  async listByAccountId(
    model: ModelName,
    accountId: string,
    { limit, after }: { limit: number; after?: string | undefined },
    ask: NonNullable<GivenAdapter['listByAccountId']>,
  ): Promise<AccountEntries> {
    const places = [...this.placesOf(model)].reverse()
    const [turn = '0', ...rest] = after?.split(':') ?? []
    const place = places[Number(turn)]
    const name = place?.nameOf('accountId', accountId)
    const next = Number(turn) + 1 < places.length ? `${Number(turn) + 1}:` : undefined
    if (place === undefined || name === undefined) return { entries: [], next }
    const page = await ask(name, { limit, after: rest.join(':') || undefined })
    const entries = page.entries.flatMap(({ id, payload }) => opened(model, place, payload, id) ?? [])
    return { entries, next: page.next ? `${turn}:${page.next}` : next }
  }
}

/** @returns nothing where there is nothing, or something of another kind in an adapter that keeps all in one place */
function opened(model: ModelName, place: Place, row: Answer, storedId?: string): OpenedEntry | undefined {
  if (!row) return undefined
  if (!isRecord(row)) throw new TypeError(`the adapter of ${model} answered with something that is no entry`)
  const entry: AdapterPayload = row
  if (model !== 'Client' && typeof entry.kind === 'string' && entry.kind !== model) return undefined
  return place.open(model, entry, storedId)
}
