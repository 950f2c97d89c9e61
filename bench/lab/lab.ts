import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { JWK } from 'jose'
import { bundle } from '../../scripts/build/bundle.ts'
import { ecPair, rsaPair } from '../../test/support/key_pair.ts'
import type { Setup } from '../server/setup.ts'
import type { Options } from './options.ts'

const ROOT = resolve(import.meta.dirname, '../..')
/** What this provider is compared with, by the name it is installed under. */
const PEERS = { 'oidc-provider-8': 'npm:oidc-provider@8', 'oidc-provider-9': 'npm:oidc-provider@9' }

export const OURS = 'openid-provider'
export const FLOOR = 'floor'
export const PEER_NAMES: readonly string[] = Object.keys(PEERS)

export interface Implementation {
  name: string
  /** The file that exports the provider; the floor has none. */
  entry: string
}

/** Where everything is that is measured: in folders of its own, compiled as users get it. */
export interface Lab {
  implementations: readonly Implementation[]
  /** The compiled file of a program in bench/server. */
  program(name: string): string
  setup(implementation: Implementation, options: Options): Setup
  /** Signs the assertions of a client. */
  clientKey: JWK
  close(): void
}

/** Installs the peers where nothing of this project sees them. */
function install(folder: string): void {
  const isInstalled = PEER_NAMES.every((name) => existsSync(join(folder, 'node_modules', name)))
  if (isInstalled) return
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true, dependencies: PEERS }))
  const stdio = ['ignore', 'ignore', 'inherit'] as const
  execFileSync('npm', ['install', '--no-audit', '--no-fund'], { cwd: folder, stdio: [...stdio] })
}

/** Compiles the programs of bench/server, and makes the library as the package has it. */
async function build(folder: string): Promise<void> {
  mkdirSync(folder)
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }')
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'))
  const compiler = join(ROOT, 'node_modules/typescript/bin/tsc')
  const project = join(ROOT, 'bench/tsconfig.json')
  execFileSync(process.execPath, [compiler, '-p', project, '--outDir', folder], { stdio: 'inherit' })
  await bundle(folder)
}

function makeKey(type: 'rsa' | 'ec', members: JWK): { secret: JWK; open: JWK } {
  const { privateKey, publicKey } = type === 'rsa' ? rsaPair() : ecPair()
  return {
    secret: { ...privateKey.export({ format: 'jwk' }), ...members },
    open: { ...publicKey.export({ format: 'jwk' }), ...members },
  }
}

export async function openLab({ peers }: Options): Promise<Lab> {
  const folder = mkdtempSync(join(tmpdir(), 'openid-provider-bench-'))
  const installed = resolve(peers ?? join(folder, 'peers'))
  const built = join(folder, 'built')
  install(installed)
  await build(built)
  const { resolve: find } = createRequire(join(installed, 'index.js'))
  const url = (path: string) => pathToFileURL(path).href
  const keys = [
    makeKey('rsa', { kid: 'rsa', use: 'sig', alg: 'RS256' }).secret,
    makeKey('ec', { kid: 'ec', use: 'sig', alg: 'ES256' }).secret,
  ]
  const client = makeKey('ec', { kid: 'client', use: 'sig', alg: 'ES256' })
  return {
    implementations: [
      { name: FLOOR, entry: '' },
      { name: OURS, entry: url(join(built, 'lib/index.js')) },
      ...PEER_NAMES.map((name) => ({ name, entry: url(find(name)) })),
    ],
    program: (name) => join(built, `bench/server/${name}.js`),
    setup: ({ name, entry }, { adapter, storage: url }) => ({
      entry,
      adapter,
      isOurs: name === OURS,
      storage: url === undefined ? undefined : { url, part: name.replaceAll('-', '_') },
      keys,
      clientKey: client.open,
    }),
    clientKey: client.secret,
    close: () => rmSync(folder, { recursive: true, force: true }),
  }
}
