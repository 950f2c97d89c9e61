import { StorageTimeout } from '../storage_timeout.ts'

/** SQLite could not do what it was asked to. The message names the file, and no id: those are secrets. */
export class SqliteFailure extends Error {
  override readonly name = 'SqliteFailure'
  readonly file: string
  /** What SQLite calls it, for example `SQLITE_FULL`; absent when it was not SQLite that failed. */
  readonly code: string | undefined

  constructor(file: string, reason: string, code?: string, options?: ErrorOptions) {
    super(`${file}: ${reason}${code === undefined || reason.includes(code) ? '' : ` (${code})`}`, options)
    this.file = file
    this.code = code
  }
}

/** Others kept the file locked for too long, or the disk was too slow: to a provider, storage that does not answer. */
export class SqliteTimeout extends StorageTimeout {
  readonly file: string

  constructor(file: string, call: string, timeout: number) {
    super(call, timeout)
    this.file = file
    this.message = `${file}: ${this.message}; another process may keep it locked`
  }
}

/** Primary result codes that tell what to do about it. @see https://sqlite.org/rescode.html */
const NAMES: Readonly<Record<number, string>> = {
  5: 'SQLITE_BUSY',
  8: 'SQLITE_READONLY',
  10: 'SQLITE_IOERR',
  11: 'SQLITE_CORRUPT',
  13: 'SQLITE_FULL',
  14: 'SQLITE_CANTOPEN',
  15: 'SQLITE_PROTOCOL',
  26: 'SQLITE_NOTADB',
}

/** The code of an error of either driver: one has names, the other numbers. */
function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined
  if ('errcode' in error && typeof error.errcode === 'number')
    return NAMES[error.errcode & 0xff] ?? 'SQLITE_ERROR'
  return 'code' in error && typeof error.code === 'string' ? error.code : undefined
}

/** Whether somebody else holds a lock, so that trying again helps. */
export function isBusy(error: unknown): boolean {
  const code = codeOf(error)
  return code !== undefined && /^SQLITE_(?:BUSY|PROTOCOL)/.test(code)
}

/** What failed, without the file: whoever tells it knows which one it is. */
export function reasonOf(error: unknown): { readonly reason: string; readonly code: string | undefined } {
  if (error instanceof SqliteFailure) return reasonOf(error.cause)
  return { reason: error instanceof Error ? error.message : String(error), code: codeOf(error) }
}

export function failureOf(file: string, error: unknown): SqliteFailure {
  if (error instanceof SqliteFailure) return error
  const { reason, code } = reasonOf(error)
  return new SqliteFailure(file, reason, code, { cause: error })
}
