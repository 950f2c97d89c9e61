/**
 * Measures this provider, `oidc-provider` 9 from the registry, and a floor (bare Koa and one RS256 signature), each in
 * a process of its own, in turns. Prints the processor time of the server per request, and ratios.
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { logIn, SCENARIOS, type Scenario } from './scenarios.ts'
import { type Call, Target } from './targets.ts'

const ROUNDS = Number(process.env['ROUNDS'] ?? 7)
const REQUESTS = Number(process.env['REQUESTS'] ?? 200)
const CONCURRENCY = 16

interface Sample {
  /** Processor time of the server per request, in microseconds. */
  cpu: number
  perSecond: number
}

/** Puts the other provider where nothing of this project sees it. */
function install(): string {
  const folder = mkdtempSync(join(tmpdir(), 'bench-'))
  writeFileSync(join(folder, 'package.json'), '{ "private": true }')
  execFileSync('npm', ['install', '--no-save', '--no-audit', '--no-fund', 'oidc-provider@9'], {
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  return folder
}

async function measure(target: Target, calls: Call[], expects: number): Promise<Sample> {
  const { length } = calls
  const [before, start] = [await target.cpuTime(), performance.now()]
  const send = async (): Promise<void> => {
    for (let call = calls.pop(); call !== undefined; call = calls.pop()) {
      const { status, text } = await target.call(call)
      const expected = expects === 303 ? [302, 303] : [expects]
      if (!expected.includes(status)) throw new Error(`${target.name}: ${status} ${text}`)
    }
  }
  await Promise.all(Array.from({ length: CONCURRENCY }, send))
  const seconds = (performance.now() - start) / 1000
  return { cpu: ((await target.cpuTime()) - before) / length, perSecond: length / seconds }
}

function median(values: number[]): number {
  const sorted = values.toSorted((one, other) => one - other)
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN
}

const samples = new Map<string, Sample[]>()
const keep = (key: string, sample: Sample) => samples.set(key, [...(samples.get(key) ?? []), sample])
const cpuOf = (key: string) => median((samples.get(key) ?? []).map(({ cpu }) => cpu))
const speedOf = (key: string) => median((samples.get(key) ?? []).map(({ perSecond }) => perSecond))

async function runScenario(scenario: Scenario, targets: readonly Target[], round: number): Promise<void> {
  for (const target of targets) {
    const calls = await scenario.prepare(target, await logIn(target), REQUESTS)
    const sample = await measure(target, calls, scenario.expects)
    // The first round warms the servers up.
    if (round > 0) keep(`${target.name} ${scenario.name}`, sample)
  }
}

function report(): void {
  console.log('| Request | openid-provider | oidc-provider 9 | ratio | to the floor |')
  console.log('| --- | ---: | ---: | ---: | ---: |')
  for (const { name } of SCENARIOS) {
    const [ours, theirs, floor] = [
      cpuOf(`openid-provider ${name}`),
      cpuOf(`oidc-provider ${name}`),
      cpuOf('floor'),
    ]
    const cell = (who: string, cpu: number) =>
      `${Math.round(cpu)} µs (${Math.round(speedOf(`${who} ${name}`))}/s)`
    const row = [
      name,
      cell('openid-provider', ours),
      cell('oidc-provider', theirs),
      (ours / theirs).toFixed(2),
      (ours / floor).toFixed(2),
    ]
    console.log(`| ${row.join(' | ')} |`)
  }
  console.log(`\nfloor: ${Math.round(cpuOf('floor'))} µs (${Math.round(speedOf('floor'))}/s)`)
}

const folder = install()
const targets: Target[] = []
try {
  for (const name of ['openid-provider', 'oidc-provider', 'floor'])
    targets.push(await Target.start(name, folder))
  const [ours, theirs, floor] = targets
  if (ours === undefined || theirs === undefined || floor === undefined)
    throw new Error('a server is missing')
  for (let round = 0; round <= ROUNDS; round += 1) {
    for (const scenario of SCENARIOS) {
      await runScenario(scenario, round % 2 === 0 ? [ours, theirs] : [theirs, ours], round)
    }
    const sample = await measure(
      floor,
      Array.from({ length: REQUESTS }, () => ({ path: '/' })),
      200,
    )
    if (round > 0) keep('floor', sample)
  }
  report()
} finally {
  for (const target of targets) target.stop()
  rmSync(folder, { recursive: true, force: true })
}
