/** Programs of the system that some tests need, and how to get them. */
import { spawnSync } from 'node:child_process'
import { accessSync, constants, existsSync, readdirSync } from 'node:fs'
import { delimiter, join } from 'node:path'

export interface TestTool {
  readonly name: string
  /** Package of Debian. */
  readonly debianPackage: string
  /** What to do where it cannot be installed for you. */
  readonly advice: string
  /** Folders of the tests that need it. */
  readonly tests: readonly string[]
  isThere(): boolean
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

const isOnPath = (name: string): boolean =>
  (process.env['PATH'] ?? '')
    .split(delimiter)
    .some((folder) => folder !== '' && isProgram(join(folder, name)))

/** Debian keeps the programs of a cluster beside each other, one folder for each version. */
const DEBIAN_CLUSTERS = '/usr/lib/postgresql'

const hasDebianCluster = (): boolean =>
  existsSync(DEBIAN_CLUSTERS) &&
  readdirSync(DEBIAN_CLUSTERS).some((version) => isProgram(join(DEBIAN_CLUSTERS, version, 'bin/initdb')))

export const TEST_TOOLS: readonly TestTool[] = [
  {
    name: 'chromium',
    debianPackage: 'chromium',
    advice: 'install chromium, and set CHROMIUM to its path unless that is /usr/bin/chromium',
    tests: ['test/browser'],
    isThere: () => isProgram(process.env['CHROMIUM'] ?? '/usr/bin/chromium'),
  },
  {
    name: 'redis-server',
    debianPackage: 'redis-server',
    advice: 'install Redis, and put redis-server on your PATH',
    tests: ['test/adapters/redis'],
    isThere: () => isOnPath('redis-server'),
  },
  {
    name: 'postgresql',
    debianPackage: 'postgresql',
    advice: 'install PostgreSQL, and put initdb on your PATH',
    tests: ['test/adapters/postgres'],
    isThere: () => isOnPath('initdb') || hasDebianCluster(),
  },
  {
    name: 'nginx',
    debianPackage: 'nginx',
    advice: 'install nginx, and put it on your PATH',
    tests: ['test/features/mtls/nginx', 'test/hosts/nginx'],
    isThere: () => isOnPath('nginx') || isProgram('/usr/sbin/nginx'),
  },
  ...['curl', 'openssl'].map((name) => ({
    name,
    debianPackage: name,
    advice: `install ${name}, and put it on your PATH`,
    tests: ['test/contract/guides/operators'],
    isThere: () => isOnPath(name),
  })),
]

/** The words before a command that make it run as root; nothing where that takes a password. */
function asRoot(): readonly string[] | undefined {
  if (process.getuid?.() === 0) return []
  const sudo = ['sudo', '-n']
  return spawnSync('sudo', ['-n', 'true'], { stdio: 'ignore' }).status === 0 ? sudo : undefined
}

function run(command: readonly string[]): boolean {
  const [program = '', ...args] = command
  return spawnSync(program, args, { stdio: ['ignore', 'inherit', 'inherit'] }).status === 0
}

/**
 * Installs packages where that needs nobody's help: on Debian, as root or with sudo that asks no password.
 * @returns whether it was tried
 */
export function installOnDebian(packages: readonly string[]): boolean {
  const root = isOnPath('apt-get') ? asRoot() : undefined
  if (root === undefined) return false
  const quietly = [...root, 'env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get']
  if (run([...quietly, 'update', '-q'])) {
    run([...quietly, 'install', '-y', '-q', '--no-install-recommends', ...packages])
  }
  return true
}
