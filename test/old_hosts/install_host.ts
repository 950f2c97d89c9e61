import { execFile, spawn } from 'node:child_process'
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { run } from '../../scripts/pack.ts'
import { answers } from '../support/local_programs.ts'

const ROOT = resolve(import.meta.dirname, '../..')
/** Programs of hosts of version 8. */
const PROGRAMS = 'test/old_hosts/programs'
const QUIET = ['--no-audit', '--no-fund', '--silent']
/** Longest that a program may take until it answers; a slow machine needs most of it. */
const STARTING = 120_000

/** What a host is installed with. */
export interface Dependencies {
  readonly dependencies: Readonly<Record<string, string>>
  /** Folder of the project with its programs. @default those of version 8 */
  readonly programs?: string
  /** The name it imports this package by. @default 'oidc-provider' */
  readonly imports?: 'oidc-provider' | 'openid-provider'
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

  /** Runs a program of the host's to its end. @param args what Node is to run */
  async run(args: readonly string[]): Promise<void> {
    const { NODE_ENV: _own, ...env } = process.env
    await promisify(execFile)(process.execPath, args, {
      cwd: this.folder,
      env: { ...env, NODE_V8_COVERAGE: '' },
    })
  }

  async remove(): Promise<void> {
    for (const stop of this.#stops) await stop()
    await rm(this.folder, { recursive: true, force: true })
  }
}

/**
 * Installs a host from the registry, with our programs beside it.
 * @param provider what stands for `oidc-provider`, in the host and in all that it installs
 */
export async function installHost(
  { dependencies, programs = PROGRAMS, imports = 'oidc-provider' }: Dependencies,
  provider: string,
): Promise<InstalledHost> {
  const folder = await mkdtemp(join(tmpdir(), 'old-host-'))
  const manifest = {
    private: true,
    type: 'module',
    dependencies: { ...dependencies, [imports]: provider },
    overrides: { [imports]: `$${imports}` },
  }
  await cp(join(ROOT, programs), folder, { recursive: true })
  await writeFile(join(folder, 'package.json'), JSON.stringify(manifest))
  await run('npm', ['install', ...QUIET, '--omit=optional'], folder)
  return new InstalledHost(folder)
}
