/**
 * Hosts that were written for `oidc-provider` 8, as they are, with this package in its place:
 * `npm run old-hosts -- --hosts documented,nest,community-server`. With `--reference` they run with `oidc-provider` 8.
 * One of them, `comet`, is for 9. And `next`, an example whose framework is too large to be installed for the tests.
 */
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { pack } from '../../scripts/pack.ts'
import { comet } from './hosts/comet.ts'
import { communityServer } from './hosts/community_server.ts'
import { documented } from './hosts/documented.ts'
import { nest } from './hosts/nest.ts'
import { next } from './hosts/next.ts'
import { installHost } from './install_host.ts'
import type { OldHost } from './old_host.ts'

const HOSTS: readonly OldHost[] = [documented, nest, communityServer, comet, next]

const { values } = parseArgs({
  options: {
    hosts: { type: 'string' },
    small: { type: 'boolean', default: false },
    package: { type: 'string' },
    reference: { type: 'boolean', default: false },
  },
})

function chosen(): readonly OldHost[] {
  const isWanted = ({ isSmall, imports }: OldHost) =>
    (isSmall || !values.small) && (imports === undefined || !values.reference)
  if (values.hosts === undefined) return HOSTS.filter(isWanted)
  return values.hosts.split(',').map((wanted) => {
    const host = HOSTS.find(({ name }) => name === wanted)
    if (host === undefined) throw new TypeError(`no such host: ${wanted}`)
    return host
  })
}

const say = (line: string) => process.stdout.write(`${line}\n`)

async function visit(host: OldHost, provider = host.reference ?? '^8'): Promise<boolean> {
  say(`\n## ${host.name}\n`)
  const installed = await installHost(host, provider)
  try {
    await host.visit(installed, (what) => say(`- ok: ${what}`))
    return true
  } catch (error) {
    say(`- BROKEN: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`)
    return false
  } finally {
    await installed.remove()
  }
}

async function visitAll(): Promise<boolean> {
  const packed = async () => `file:${values.package === undefined ? await pack() : resolve(values.package)}`
  const provider = values.reference ? undefined : await packed()
  const outcomes: boolean[] = []
  for (const host of chosen()) outcomes.push(await visit(host, provider))
  return outcomes.every(Boolean)
}

visitAll().then(
  (isWell) => process.exit(isWell ? 0 : 1),
  (error: Error) => {
    process.stderr.write(`${error.stack}\n`)
    process.exit(2)
  },
)
