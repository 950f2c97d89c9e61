/** A copy of the project in which files can be changed. */
import { cpSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { MutatedFile } from './mutate.ts'

const LEFT_OUT = new Set(['node_modules', '.git', 'dist', 'coverage'])

/** @returns the folder of the copy */
export function makeSandbox(root: string, files: readonly MutatedFile[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'mutants-'))
  for (const name of readdirSync(root)) {
    if (!LEFT_OUT.has(name)) cpSync(join(root, name), join(folder, name), { recursive: true })
  }
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  for (const { file, text } of files) writeFileSync(join(folder, file), text)
  return folder
}

export const removeSandbox = (folder: string) => rmSync(folder, { recursive: true, force: true })

/** TypeScript files, or those of a folder. */
export function sourcesOf(root: string, paths: readonly string[]): string[] {
  return paths.flatMap((path) => {
    if (statSync(join(root, path)).isFile()) return [path]
    return readdirSync(join(root, path), { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.ts'))
      .map((name) => join(path, name))
      .sort()
  })
}
