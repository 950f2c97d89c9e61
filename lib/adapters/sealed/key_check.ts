import type { KeyRing } from './key_ring.ts'
import type { SealedStorage } from './sealed_storage.ts'

/** Where storage says which key it was written with. No id of a replay record looks like this. */
const ID = 'openid-provider.sealed'

/**
 * Makes sure that one of the keys is the one storage was written with last, and says so there.
 * @param writes whether the first key is what is written with
 * @throws SealFailure
 */
export async function checkKeys(storage: SealedStorage, ring: KeyRing, writes: boolean): Promise<void> {
  const records = storage.inner('ReplayDetection')
  const found = await records.find(ID)
  const fingerprint = found ? found['sealedWith'] : undefined
  if (typeof fingerprint === 'string') ring.assertKnown(fingerprint, 'what is stored')
  if (!writes || fingerprint === ring.first.fingerprint) return
  await records.upsert(ID, { kind: 'ReplayDetection', jti: ID, sealedWith: ring.first.fingerprint })
}
