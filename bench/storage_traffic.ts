/**
 * What is called and carried between the provider and its storage: `npx tsx bench/storage_traffic.ts`. Prints the tables
 * of docs/performance.md. Bytes are those of ids and of payloads as JSON: what an adapter is handed and gives back.
 */
import { memoryAdapter } from '../lib/adapters/memory.ts'
import { logOut } from '../test/support/logging_out.ts'
import { type RunningProvider, stopProviders } from '../test/support/start_provider.ts'
import { introspect, startTokenEndpoints } from '../test/support/token_endpoints.ts'
import { wrapAdapter } from '../test/support/wrap_adapter.ts'
import type { AdapterCommit, CommitOperation } from '../types/adapter.ts'

const COLUMNS = ['look-ups', 'bytes read', 'changes', 'bytes written', 'conditions'] as const
type Traffic = Record<(typeof COLUMNS)[number], number>

const byModel = new Map<string, Traffic>()
let calls = 0
let commits = 0

const sizeOf = (value: unknown): number =>
  value === undefined || value === null ? 0 : Buffer.byteLength(JSON.stringify(value))

function trafficOf(model: string): Traffic {
  const known = byModel.get(model)
  if (known !== undefined) return known
  const traffic = { 'look-ups': 0, 'bytes read': 0, changes: 0, 'bytes written': 0, conditions: 0 }
  byModel.set(model, traffic)
  return traffic
}

function countOperation(operation: CommitOperation): void {
  const traffic = trafficOf(operation.model)
  if (operation.op === 'require') traffic.conditions += 1
  else traffic.changes += 1
  traffic['bytes written'] += operation.id.length + ('payload' in operation ? sizeOf(operation.payload) : 0)
}

/** A memory adapter that is listened to. */
function listenedTo() {
  const inner = memoryAdapter()
  const adapter = wrapAdapter(inner, async ({ name }, run) => {
    calls += 1
    const found = await run()
    const [model = '', method = ''] = name.split('.')
    if (!method.startsWith('find')) return found
    const traffic = trafficOf(model)
    traffic['look-ups'] += 1
    traffic['bytes read'] += sizeOf(found)
    return found
  })
  const { commit } = adapter
  if (commit === undefined) throw new Error('it has a commit')
  const counted: AdapterCommit = (operations, options) => {
    commits += 1
    for (const operation of operations) countOperation(operation)
    return commit(operations, options)
  }
  return Object.assign(adapter, { commit: counted })
}

const cell = (value: number): string => (value === 0 ? '' : String(Math.round(value)))

function print(title: string): void {
  const rows = [...byModel].map(([model, traffic]) => [model, ...COLUMNS.map((name) => cell(traffic[name]))])
  const all = COLUMNS.map((name) =>
    cell([...byModel.values()].reduce((sum, traffic) => sum + traffic[name], 0)),
  )
  const lines = [
    [title, ...COLUMNS],
    ['---', ...COLUMNS.map(() => '---:')],
    ...rows,
    [`**all, in ${calls} calls, ${commits} of them commits**`, ...all],
  ]
  process.stdout.write(`${lines.map((line) => `| ${line.join(' | ')} |`).join('\n')}\n\n`)
}

async function measure<T>(title: string, act: () => Promise<T>): Promise<T> {
  byModel.clear()
  calls = 0
  commits = 0
  const result = await act()
  print(title)
  return result
}

const USERINFOS = 60

async function measureAll(op: RunningProvider): Promise<void> {
  const { agent, body } = await measure('A login, two screens and the code exchange', () => op.login())
  const { body: fresh } = await measure('A refresh with rotation', () => op.refresh(body['refresh_token']))
  await measure('A userinfo request', () => op.userinfo(fresh['access_token']))
  await measure('An introspection with a hint', () =>
    introspect(op, fresh['access_token'], { token_type_hint: 'access_token' }),
  )
  await measure('Another authorization in that session, and its exchange', async () => {
    const { code, verifier } = await op.authorize({}, agent)
    await op.exchange(code, verifier)
  })
  await measure(`An hour of use: a refresh and ${USERINFOS} userinfo requests`, async () => {
    const refreshed = await op.refresh(fresh['refresh_token'])
    for (let count = 0; count < USERINFOS; count += 1) await op.userinfo(refreshed.body['access_token'])
  })
  await measure('A logout', () => logOut(op, agent))
}

startTokenEndpoints({ adapter: listenedTo(), rotateRefreshToken: true }).then(measureAll).then(stopProviders)
