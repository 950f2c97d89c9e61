import { copyFileSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'esbuild'
import { bundle, JOINING } from '../../scripts/build/bundle.ts'
import { ROOT, threadEntries } from '../../scripts/build/entries.ts'

/** A folder beside the packages of this repository, until this process ends. */
function newFolder(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), `${name}-`))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'))
  return folder
}

async function make(): Promise<string> {
  const { TEST_PACKAGE: installed } = process.env
  if (installed !== undefined) return installed
  const folder = newFolder('package')
  copyFileSync(join(ROOT, 'package.json'), join(folder, 'package.json'))
  await bundle(join(folder, 'dist'))
  return folder
}

let made: Promise<string> | undefined

/**
 * The package as it is published, made of the sources once for this process: programs of their own start in a tenth of
 * the time that the sources take. `TEST_PACKAGE` names a folder in which it is installed.
 * @returns its folder
 */
export function builtPackage(): Promise<string> {
  made ??= make()
  return made
}

/**
 * Programs of this repository, each joined with what it takes from it, and beside them the threads that one may start.
 * @returns the folder they are in, as `NAME.js`
 */
export async function bundlePrograms(files: readonly string[]): Promise<string> {
  const folder = newFolder('programs')
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
  await build({
    ...JOINING,
    entryPoints: [...files, ...Object.values(threadEntries())],
    outdir: folder,
    entryNames: '[name]',
  })
  return folder
}
