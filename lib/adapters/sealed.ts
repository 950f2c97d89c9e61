import type { AdapterConstructor, AdapterFactory, ModelName } from '../../types/adapter.ts'
import { checkKeys } from './sealed/key_check.ts'
import { KeyRing } from './sealed/key_ring.ts'
import { clientPlace, type LookedUp, PLAIN, type Place, sealedPlace } from './sealed/place.ts'
import { reseal } from './sealed/reseal.ts'
import { SealFailure } from './sealed/seal_failure.ts'
import { sealedCommit } from './sealed/sealed_commit.ts'
import { sealedEntries } from './sealed/sealed_entries.ts'
import { LOOKED_UP } from './sealed/sealed_payload.ts'
import { SealedStorage } from './sealed/sealed_storage.ts'

export { SealFailure }

/** Members that let their holder in, or lead to one that does. */
const NEVER_READABLE: ReadonlySet<string> = new Set([
  ...LOOKED_UP,
  'authorizations',
  'carried',
  'jti',
  'lastSubmission',
  'params',
  'request',
  'result',
  'returnTo',
  'sealed',
  'session',
  'sessionUid',
  'successor',
])

/** Options of {@link sealedAdapter}. */
export interface SealedAdapterOptions {
  /**
   * Secrets of 32 bytes or more that are kept apart from the storage. The first is what is written with; what any of them
   * sealed is read.
   */
  keys: readonly (string | Uint8Array)[]
  /**
   * For the time of a migration: entries as they were kept before are found, too (`'read'`), or are what is still written
   * (`'write'`), while other processes know nothing else.
   * @default undefined: they are not found
   */
  plain?: 'read' | 'write' | undefined
  /**
   * Members of payloads that stay readable in storage beside what adapters look at, for reports of yours. What lets its
   * holder in cannot be among them.
   * @default []
   */
  readable?: readonly string[] | undefined
}

/** What {@link sealedAdapter} makes: an adapter, and what its keys need. */
export interface SealedAdapterFactory extends AdapterFactory {
  /**
   * Compares the keys with those that storage was written with. Call it before you serve requests: with a wrong key nothing
   * would be found, and everybody logged out.
   * @throws SealFailure naming both
   */
  check(): Promise<void>
  /**
   * Writes one entry the way it would be written now: for what lives longer than a migration, or than a key.
   * @param storedId the id it has in storage
   * @returns whether it was; not where there is nothing to do
   */
  reseal(model: ModelName, storedId: string): Promise<boolean>
  /** What storage has instead of a value, by each key: to look for the entries of an account in it. */
  storedAs(member: 'uid' | 'userCode' | 'grantId' | 'accountId', value: string): string[]
}

/**
 * Keeps in any adapter what nobody can use who reads the storage: ids and what is looked up stand there as keyed hashes,
 * everything else is encrypted. It costs no call of the adapter more.
 *
 * @example
 * ```ts
 * const adapter = sealedAdapter(redisAdapter(client), { keys: [storageKey] })
 * await adapter.check()
 * new Provider('https://op.example.com', { adapter })
 * ```
 * @throws TypeError for options that cannot be meant
 */
export function sealedAdapter(
  adapter: AdapterConstructor | AdapterFactory,
  options: SealedAdapterOptions,
): SealedAdapterFactory {
  const { plain, readable = [] } = options
  checkOptions(adapter, plain, readable)
  const ring = new KeyRing(options.keys)
  const storage = new SealedStorage(
    adapter,
    placesOf(ring, plain, readable),
    clientPlace(ring, plain === 'write'),
  )
  const commit = adapter.commit?.bind(adapter)
  return Object.assign((model: ModelName) => sealedEntries(storage, model), {
    ...(commit === undefined ? {} : { commit: sealedCommit(storage, commit) }),
    check: () => checkKeys(storage, ring, plain !== 'write'),
    reseal: (model: ModelName, storedId: string) => reseal(storage, model, storedId, commit),
    storedAs: (member: LookedUp, value: string) => ring.keys.map((key) => key.nameOf(member, value)),
  })
}

function placesOf(
  ring: KeyRing,
  plain: SealedAdapterOptions['plain'],
  readable: readonly string[],
): [Place, ...Place[]] {
  const [first, ...others] = ring.keys.map((key) => sealedPlace(ring, key, readable))
  if (first === undefined || plain === 'write')
    return [PLAIN, ...(first === undefined ? [] : [first]), ...others]
  return plain === 'read' ? [first, ...others, PLAIN] : [first, ...others]
}

function checkOptions(adapter: unknown, plain: unknown, readable: unknown): void {
  if (typeof adapter !== 'function') throw new TypeError('sealedAdapter: adapter must be an adapter')
  if (plain !== undefined && plain !== 'read' && plain !== 'write')
    throw new TypeError('sealedAdapter: plain must be read or write')
  if (!Array.isArray(readable) || readable.some((member) => typeof member !== 'string'))
    throw new TypeError('sealedAdapter: readable must be a list of names')
  for (const member of readable)
    if (NEVER_READABLE.has(member))
      throw new TypeError(`sealedAdapter: readable must not have ${member}, which lets its holder in`)
}
