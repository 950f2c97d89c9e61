import { FLOOR, OURS, PEER_NAMES } from '../lab/lab.ts'
import { geometricMean, median, paired, spread } from '../lab/statistics.ts'
import { table } from '../lab/table.ts'

export interface Measured {
  /** Processor time of the server per operation in microseconds, slice by slice. */
  cpu: number[]
  /** Operations per second, slice by slice. */
  rate: number[]
  /** Why there is no result. */
  problem?: string
}

export interface CaseResult {
  name: string
  measured: ReadonlyMap<string, Measured>
}

const NONE: Measured = { cpu: [], rate: [] }
const of = ({ measured }: CaseResult, name: string): Measured => measured.get(name) ?? NONE
const works = (result: CaseResult, name: string): boolean => of(result, name).problem === undefined

/** The peer that needs less processor time for this. */
function fasterPeer(result: CaseResult): string | undefined {
  const working = PEER_NAMES.filter((name) => works(result, name))
  return working.toSorted((one, other) => median(of(result, one).cpu) - median(of(result, other).cpu))[0]
}

/** How many times the work of this provider another one does, slice by slice. */
function ratios(result: CaseResult, name: string | undefined): number[] {
  if (name === undefined || !works(result, name) || !works(result, OURS)) return []
  return paired(of(result, name).cpu, of(result, OURS).cpu)
}

/** How many times as much this provider does in the same time, waiting for storage included, slice by slice. */
function rateRatios(result: CaseResult): number[] {
  const peers = PEER_NAMES.filter((name) => works(result, name))
  const [fastest] = peers.toSorted(
    (one, other) => median(of(result, other).rate) - median(of(result, one).rate),
  )
  if (fastest === undefined || !works(result, OURS)) return []
  return paired(of(result, OURS).rate, of(result, fastest).rate)
}

function row(result: CaseResult, rates: boolean): string[] {
  const cell = (name: string) => (works(result, name) ? median(of(result, name).cpu).toFixed(0) : 'void')
  const cell2 = (values: number[]) => (values.length === 0 ? '–' : spread(values))
  return [
    result.name,
    ...[FLOOR, OURS, ...PEER_NAMES].map(cell),
    cell2(ratios(result, fasterPeer(result))),
    cell2(ratios(result, FLOOR)),
    works(result, OURS) ? median(of(result, OURS).rate).toFixed(0) : 'void',
    ...(rates ? [cell2(rateRatios(result))] : []),
  ]
}

/** The mean over all cases of the medians of one ratio. */
function overall(results: readonly CaseResult[], name: (result: CaseResult) => string | undefined): string {
  const medians = results.map((result) => ratios(result, name(result))).filter((values) => values.length > 0)
  return geometricMean(medians.map(median)).toFixed(2)
}

/** @param report.rates also tells how much is done in the same time, which counts where storage is waited for */
export function reportRequests(results: readonly CaseResult[], { rates }: { rates: boolean }): void {
  const headings = ['Case', ...[FLOOR, OURS, ...PEER_NAMES].map((name) => `${name} µs`)]
  const ratioHeadings = ['faster peer ÷ ours', 'floor ÷ ours', 'ours per second']
  const all = [...headings, ...ratioHeadings, ...(rates ? ['our rate ÷ faster peer’s'] : [])]
  console.log(
    table(
      all,
      results.map((result) => row(result, rates)),
    ),
  )
  console.log(
    `\nGeometric means over ${results.length} cases: faster peer ÷ ours ${overall(results, fasterPeer)}, ` +
      `floor ÷ ours ${overall(results, () => FLOOR)}`,
  )
  for (const { name, measured } of results) {
    for (const [server, { problem }] of measured) {
      if (problem === undefined) continue
      console.error(`${name}: ${server}: ${problem}`)
      process.exitCode = 1
    }
  }
}
