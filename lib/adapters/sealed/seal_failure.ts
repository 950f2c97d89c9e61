/** An entry that is there and cannot be opened, or a key that is not the one storage was written with. */
export class SealFailure extends Error {
  override readonly name = 'SealFailure'
}
