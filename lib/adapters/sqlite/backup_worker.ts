/** A thread that copies the database and ends: it may take as long as the disk does. */
import { rmSync } from 'node:fs'
import { workerData } from 'node:worker_threads'
import { createOnce, type DatabaseOptions, openDatabase } from './open_database.ts'

const { target, ...options }: DatabaseOptions & { readonly target: string } = workerData

const database = openDatabase(options)
try {
  // SQLite would copy into an empty file of anybody's, too.
  createOnce(target)
  try {
    database.prepare('VACUUM INTO ?').run(target)
  } catch (error) {
    rmSync(target, { force: true })
    throw error
  }
} finally {
  database.close()
}
