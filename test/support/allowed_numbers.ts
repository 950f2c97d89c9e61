import { readFileSync, writeFileSync } from 'node:fs'
import { expect } from 'chai'

const PAGE = new URL('../../docs/performance.md', import.meta.url)
const isUpdate = process.env['UPDATE_SNAPSHOT'] === '1'

/** A table of docs/performance.md: what each flow may cost. `UPDATE_SNAPSHOT=1` writes lower numbers into it. */
export class AllowedNumbers {
  readonly #widths: readonly number[]
  readonly #rows: RegExp
  readonly #allowed: ReadonlyMap<string, readonly number[]>
  readonly #found = new Map<string, readonly number[]>()

  /** @param columns the headings of the numbers, for example `['Round trips', 'Calls']` */
  constructor(columns: readonly string[]) {
    const cells = columns.map(() => ' +\\d+ +\\|').join('')
    this.#widths = columns.map(({ length }) => length)
    this.#rows = new RegExp(`^\\| (?<flow>[^|]+?) +\\|(?<cells>${cells})$`, 'gm')
    this.#allowed = new Map(
      [...readFileSync(PAGE, 'utf8').matchAll(this.#rows)].map(({ groups = {} }) => [
        groups['flow'] ?? '',
        [...(groups['cells'] ?? '').matchAll(/\d+/g)].map(Number),
      ]),
    )
  }

  get flows(): string[] {
    return [...this.#allowed.keys()]
  }

  /** Refuses numbers that are not those of the table; lower ones can be kept. */
  expect(flow: string, found: readonly number[]): void {
    this.#found.set(flow, found)
    const allowed = this.#allowed.get(flow)
    const isLower = allowed !== undefined && found.every((value, index) => value <= (allowed[index] ?? 0))
    if (isUpdate && isLower) return
    expect(found).to.deep.equal(allowed)
  }

  /** Writes what was found. The page is read anew: it holds other tables, too. */
  keep(): void {
    if (!isUpdate) return
    const renewed = readFileSync(PAGE, 'utf8').replace(this.#rows, (line, flow: string) => {
      const found = this.#found.get(flow)
      return found === undefined ? line : this.#row(flow, found)
    })
    writeFileSync(PAGE, renewed)
  }

  #row(flow: string, found: readonly number[]): string {
    const cells = found.map((value, index) => String(value).padStart(this.#widths[index] ?? 0))
    return `| ${[flow.padEnd(41), ...cells].join(' | ')} |`
  }
}
