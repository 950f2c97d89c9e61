import { readdirSync } from 'node:fs'
import { join, resolve } from 'node:path'

const LIB = resolve(import.meta.dirname, '../../lib')

/** Every file of the library. */
export const sourceFiles = (): string[] =>
  readdirSync(LIB, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(LIB, name))
