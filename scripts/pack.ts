import { execFile } from 'node:child_process'
import { rmSync } from 'node:fs'
import { mkdtemp, readdir, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'

const ROOT = resolve(import.meta.dirname, '..')

/** Runs a program to its end. @returns what it printed */
export async function run(program: string, args: readonly string[], cwd: string): Promise<string> {
  const { stdout } = await promisify(execFile)(program, args, { cwd, maxBuffer: 64 * 1024 * 1024 })
  return stdout
}

/** Builds and packs what would be published. @returns path of a file that is there as long as this process */
export async function pack(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'packed-'))
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }))
  await run('npm', ['run', 'build'], ROOT)
  await run('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', folder], ROOT)
  const [name = ''] = await readdir(folder)
  return join(folder, name)
}

/** A new folder that has packages installed. */
export async function installInto(name: string, packages: readonly string[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), `${name}-`))
  await writeFile(join(folder, 'package.json'), JSON.stringify({ name, version: '0.0.0', private: true }))
  await run('npm', ['install', '--no-audit', '--no-fund', '--silent', ...packages], folder)
  return folder
}
