import { execFile, spawn } from 'node:child_process'
import { cp, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { answers } from '../support/local_programs.ts'

const ROOT = resolve(import.meta.dirname, '../..')
const PROGRAMS = resolve(import.meta.dirname, 'programs')
const QUIET = ['--no-audit', '--no-fund', '--silent']
/** Longest that a program may take until it answers; a slow machine needs most of it. */
const STARTING = 120_000

const run = (program: string, args: readonly string[], cwd: string) =>
  promisify(execFile)(program, args, { cwd, maxBuffer: 16 * 1024 * 1024 })

/** What a host is installed with. */
export interface Dependencies {
  readonly dependencies: Readonly<Record<string, string>>
}

/** A folder with a host in it. */
export class InstalledHost {
  readonly folder: string
  readonly #stops: (() => Promise<unknown>)[] = []

  constructor(folder: string) {
    this.folder = folder
  }

  /**
   * Starts a program of the host's and waits until it answers.
   * @param args what Node is to run
   */
  async start(args: readonly string[], url: string, env: NodeJS.ProcessEnv = {}): Promise<void> {
    const child = spawn(process.execPath, args, {
      cwd: this.folder,
      env: { ...process.env, NODE_V8_COVERAGE: '', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let said = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data) => (said += String(data)))
    const ended = new Promise<never>((_resolve, reject) => {
      child.once('close', () => reject(new Error(`${args.join(' ')} ended:\n${said}`)))
    })
    ended.catch(() => {})
    this.#stops.push(() => {
      child.kill()
      return ended.catch(() => {})
    })
    const late = AbortSignal.timeout(STARTING)
    const tooLate = new Promise<never>((_resolve, reject) => {
      late.addEventListener('abort', () => reject(new Error(`${args.join(' ')} does not answer:\n${said}`)))
    })
    await Promise.race([answers(url), ended, tooLate])
  }

  async remove(): Promise<void> {
    for (const stop of this.#stops) await stop()
    await rm(this.folder, { recursive: true, force: true })
  }
}

/** Packs what would be published. @returns what npm installs it by */
export async function packLibrary(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'packed-'))
  await run('npm', ['run', 'build'], ROOT)
  await run('npm', ['pack', '--silent', '--ignore-scripts', '--pack-destination', folder], ROOT)
  const [name = ''] = await readdir(folder)
  return `file:${join(folder, name)}`
}

/**
 * Installs a host from the registry, with our programs beside it.
 * @param provider what stands for `oidc-provider`, in the host and in all that it installs
 */
export async function installHost({ dependencies }: Dependencies, provider: string): Promise<InstalledHost> {
  const folder = await mkdtemp(join(tmpdir(), 'old-host-'))
  const manifest = {
    private: true,
    type: 'module',
    dependencies: { ...dependencies, 'oidc-provider': provider },
    overrides: { 'oidc-provider': '$oidc-provider' },
  }
  await writeFile(join(folder, 'package.json'), JSON.stringify(manifest))
  await cp(PROGRAMS, folder, { recursive: true })
  await run('npm', ['install', ...QUIET, '--omit=optional'], folder)
  return new InstalledHost(folder)
}
