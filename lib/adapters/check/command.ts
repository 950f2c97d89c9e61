#!/usr/bin/env node
import { parseArgs } from 'node:util'
import { type CheckReport, checkAdapter } from './check_adapter.ts'
import { CannotCheck, loadAdapter } from './load_adapter.ts'
import { reportText } from './report_text.ts'
import { USAGE } from './usage.ts'

const [KEPT, MISSED, UNUSABLE] = [0, 1, 2] as const
const EXPECTABLE: ReadonlySet<string> = new Set(['commit', 'listByAccountId'])

interface Arguments {
  readonly module: string
  readonly name: string | undefined
  readonly expected: readonly string[]
  readonly seconds: number
  readonly isJson: boolean
}

/** @returns nothing where help is asked for @throws CannotCheck */
function readArguments(): Arguments | undefined {
  const { values, positionals } = parsed()
  if (values.help === true) return undefined
  const [module, ...others] = positionals
  if (module === undefined || others.length > 0) throw new CannotCheck('name one module')
  const expected = values.expect?.split(',').map((name) => name.trim()) ?? []
  const unknown = expected.find((name) => !EXPECTABLE.has(name))
  if (unknown !== undefined) throw new CannotCheck(`--expect does not know ${unknown}`)
  const seconds = Number(values.timeout ?? 10)
  if (!(seconds > 0 && seconds < 86_400)) throw new CannotCheck('--timeout must be seconds')
  return { module, name: values.export, expected, seconds, isJson: values.json === true }
}

function parsed() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        export: { type: 'string' },
        expect: { type: 'string' },
        timeout: { type: 'string' },
        json: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    })
  } catch (error) {
    throw new CannotCheck(error instanceof Error ? error.message : String(error))
  }
}

async function run(): Promise<number> {
  const given = readArguments()
  if (given === undefined) {
    await print(USAGE)
    return KEPT
  }
  const { adapter, close } = await loadAdapter(given.module, given.name)
  const report = await checkAdapter(adapter, given.seconds)
  const isKept = isGood(report, given.expected)
  await print(given.isJson ? jsonText(given.module, isKept, report) : reportText(given.module, report))
  await close()
  return isKept ? KEPT : MISSED
}

function isGood({ promises, notOffered }: CheckReport, expected: readonly string[]): boolean {
  const isMissing = (name: string): boolean => notOffered.some(({ offer }) => offer === `${name}()`)
  return promises.every(({ outcome }) => outcome === 'kept') && !expected.some(isMissing)
}

const jsonText = (module: string, isKept: boolean, report: CheckReport): string =>
  `${JSON.stringify({ module, kept: isKept, ...report }, null, 2)}\n`

/** Waits until it is out: a pipe may be slow, and the process is about to end. */
const print = (text: string): Promise<void> =>
  new Promise((resolve) => {
    process.stdout.write(text, () => resolve())
  })

run()
  .catch((error: unknown) => {
    const isOurs = error instanceof CannotCheck
    process.stderr.write(
      `openid-provider-adapter-check: ${isOurs ? error.message : String(error)}\n${isOurs ? 'See --help.\n' : ''}`,
    )
    return UNUSABLE
  })
  // Connections of the adapter may keep the process alive.
  .then((code) => process.exit(code))
