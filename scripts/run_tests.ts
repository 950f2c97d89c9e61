/**
 * `npm test`: all tests and their coverage. Programs that tests need are installed where that is possible; elsewhere
 * the tests that need them are left out and counted. With `CI` set nothing is left out.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { installOnDebian, TEST_TOOLS, type TestTool } from './test_tools.ts'

const root = resolve(import.meta.dirname, '..')
const COVERAGE = join(root, 'coverage/tmp')
const isCI = !['', 'false', '0'].includes(process.env['CI'] ?? '')

const suitesOf = ({ tests }: TestTool): string[] =>
  tests.flatMap((folder) => {
    if (!existsSync(join(root, folder))) return []
    const names = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    return names.filter((name) => name.endsWith('.test.ts')).map((name) => join(folder, name))
  })

/** @returns the tools that are wanted and could not be had */
function prepareTools(): TestTool[] {
  const missing = () => TEST_TOOLS.filter((tool) => suitesOf(tool).length > 0 && !tool.isThere())
  const wanted = missing()
  if (wanted.length === 0) return []
  const names = wanted.map(({ name }) => name).join(', ')
  console.log(`tests need what is not there: ${names}`)
  if (!installOnDebian(wanted.map(({ debianPackage }) => debianPackage))) {
    console.log('it can be installed on Debian only, as root or with sudo that asks no password')
  }
  return missing()
}

function explain(tools: readonly TestTool[]): void {
  for (const tool of tools) {
    console.log(`${tool.name} is missing: ${tool.advice}`)
    for (const suite of suitesOf(tool)) console.log(`  left out: ${suite}`)
  }
}

/** @returns exit code */
function mocha(args: readonly string[], env: Readonly<Record<string, string>> = {}): number {
  const program = join(root, 'node_modules/mocha/bin/mocha.js')
  const { status } = spawnSync(process.execPath, [program, '--parallel', '--jobs', '3', ...args], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, ...env },
  })
  return status ?? 1
}

/** Tests of the library by itself, whose coverage counts. @returns exit code */
function runOwn(args: readonly string[], processes: string): number {
  const ignores = TEST_TOOLS.flatMap(({ tests }) => tests).flatMap((folder) => ['--ignore', `${folder}/**`])
  return mocha([...ignores, ...args], { NODE_V8_COVERAGE: COVERAGE, TEST_PROCESSES: processes })
}

/**
 * Tests that need a program. Their coverage is not counted: the floor has to hold without them, and what drives the
 * browser drops the source maps of the process it is loaded in.
 * @returns exit code
 */
function runWithTools(suites: readonly string[], args: readonly string[]): number {
  if (suites.length === 0) return 0
  const own = ['--no-config', '--node-option', 'import=tsx', '--timeout', '60000', '--reporter', 'dot']
  const strict = ['--forbid-only', '--forbid-pending', '--require', 'test/support/no_unhandled_rejections.ts']
  return mocha([...own, ...strict, ...args, ...suites])
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

function isWhole(file: string): boolean {
  try {
    return Object.hasOwn(Object(JSON.parse(readFileSync(join(COVERAGE, file), 'utf8'))), 'result')
  } catch {
    return false
  }
}

/** Processes write their coverage when they end, which may be after the last test was reported. */
async function lostCoverage(processes: string): Promise<number> {
  const pids = readdirSync(processes).map(Number)
  for (let turn = 0; turn < 300 && pids.some(isAlive); turn += 1) await sleep(100)
  const files = existsSync(COVERAGE) ? readdirSync(COVERAGE) : []
  return pids.length === 0
    ? 1
    : pids.filter((pid) => !files.some((file) => file.startsWith(`coverage-${pid}-`) && isWhole(file))).length
}

/** Of nothing, every percentage would do. */
function countsSomething(): boolean {
  const summary: unknown = JSON.parse(readFileSync(join(root, 'coverage/coverage-summary.json'), 'utf8'))
  return Object(summary).total?.lines?.total > 0
}

/** Reports, and holds the floor of `.c8rc.json`. @returns exit code */
async function checkCoverage(processes: string): Promise<number> {
  const lost = await lostCoverage(processes)
  const c8 = join(root, 'node_modules/c8/bin/c8.js')
  const { status } = spawnSync(process.execPath, [c8, 'report'], { cwd: root, stdio: 'inherit' })
  if (lost > 0) {
    console.error(`${lost} processes ended without leaving their coverage: the figures above are too low`)
    return 1
  }
  if (status === 0 && !countsSomething()) {
    console.error('the coverage is of no file at all')
    return 1
  }
  return status ?? 1
}

async function main(args: readonly string[]): Promise<number> {
  const missing = prepareTools()
  explain(missing)
  if (isCI && missing.length > 0) {
    console.error('CI is set: nothing may be left out')
    return 1
  }
  rmSync(COVERAGE, { recursive: true, force: true })
  const processes = mkdtempSync(join(tmpdir(), 'test-processes-'))
  try {
    const absent = new Set(missing.flatMap(suitesOf))
    const present = new Set(TEST_TOOLS.flatMap(suitesOf).filter((suite) => !absent.has(suite)))
    const failed = runOwn(args, processes) || runWithTools([...present], args)
    if (failed !== 0) return failed
    if (args.length > 0) console.log('coverage is not checked: you chose the tests')
    const verdict = args.length > 0 ? 0 : await checkCoverage(processes)
    if (absent.size > 0)
      console.log(
        `${absent.size} suites were left out, for want of ${missing.map(({ name }) => name).join(', ')}`,
      )
    return verdict
  } finally {
    rmSync(processes, { recursive: true, force: true })
  }
}

process.exitCode = await main(process.argv.slice(2))
