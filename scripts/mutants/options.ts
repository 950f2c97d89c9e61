/** What the command line asks for. */
import { parseArgs } from 'node:util'

export interface Options {
  /** Files and folders of the project. */
  readonly paths: readonly string[]
  /** So many mutants of each path are tried, `Infinity` for all. */
  readonly sample: number
  /** Decides which. */
  readonly seed: string
  /** Only mutants whose line in the report has one of these in it; all where there are none. */
  readonly only: readonly string[]
  /** Files and folders whose tests are run. */
  readonly tests: readonly string[]
  /** Processes at once. */
  readonly jobs: number
}

const USAGE =
  'usage: npm run mutants -- [--sample N] [--seed TEXT] [--only TEXT] [--tests <file or folder of test/>] [--jobs N] <file or folder of lib/> …'

function wholeNumber(text: string): number {
  const number = Number(text)
  if (!Number.isSafeInteger(number) || number < 1) throw new Error(`${text} is no number\n${USAGE}`)
  return number
}

export function readOptions(args: readonly string[]): Options {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      sample: { type: 'string' },
      seed: { type: 'string', default: '1' },
      only: { type: 'string', multiple: true, default: [] },
      tests: { type: 'string', multiple: true, default: ['test'] },
      jobs: { type: 'string', default: '2' },
    },
  })
  if (positionals.length === 0) throw new Error(USAGE)
  return {
    paths: positionals,
    sample: values.sample === undefined ? Number.POSITIVE_INFINITY : wholeNumber(values.sample),
    seed: values.seed,
    only: values.only,
    tests: values.tests,
    jobs: wholeNumber(values.jobs),
  }
}
