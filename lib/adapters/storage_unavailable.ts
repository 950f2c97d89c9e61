/** Storage cannot be reached, or does not take anything for now. Answered with 503 and `Retry-After`. */
export class StorageUnavailable extends Error {
  override readonly name = 'StorageUnavailable'

  constructor(cause: unknown) {
    super('storage is not available', { cause })
  }
}
