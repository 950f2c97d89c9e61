/** Storage did not answer in time. */
export class StorageTimeout extends Error {
  constructor(call: string, timeout: number) {
    super(`storage did not answer ${call} within ${timeout} ms`)
    this.name = 'StorageTimeout'
  }
}
