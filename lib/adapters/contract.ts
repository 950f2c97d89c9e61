import assert from 'node:assert/strict'
import type { AdapterConstructor, AdapterFactory } from '../../types/adapter.ts'
import { accountCases } from './contract/account_cases.ts'
import { commitCases } from './contract/commit_cases.ts'
import { entryCases } from './contract/entry_cases.ts'
import { lookupCases } from './contract/lookup_cases.ts'
import { type ContractCase, Subject } from './contract/subject.ts'

export type { ContractCase }

/** Options of {@link adapterContract}. */
export interface AdapterContractOptions {
  /** What the `adapter` option of a provider gets. */
  adapter: AdapterConstructor | AdapterFactory
  /** `describe` of the test framework in use. */
  describe(title: string, define: () => void): unknown
  /** `it` (or `test`) of the test framework in use. */
  it(title: string, run: () => Promise<void>): unknown
  /**
   * Whether the adapter is meant to have `commit`.
   * @default whether it has
   */
  hasCommit?: boolean | undefined
  /**
   * Is told which promises the adapter does not make that the documented contract does not ask for, but this package
   * makes use of.
   * @default prints it
   */
  tell?: ((message: string) => void) | undefined
}

/**
 * Holds an adapter to every promise of the storage contract, in any test framework that has `describe` and `it`.
 * Each case uses entries under random ids of its own; what it wrote is left behind.
 *
 * @example
 * ```ts
 * import { describe, it } from 'node:test'
 * import { adapterContract } from 'openid-provider/adapters/contract'
 * import { MyAdapter } from '../my_adapter.ts'
 *
 * adapterContract({ adapter: MyAdapter, describe, it })
 * ```
 */
export function adapterContract({ adapter, describe, it, hasCommit, tell }: AdapterContractOptions): void {
  describe('storage contract', () => {
    for (const { title, run } of contractCases(adapter, { hasCommit, tell })) it(title, run)
  })
}

/** The same as a list, for everything that is not a test framework: a start-up check, a script. */
export function contractCases(
  adapter: AdapterConstructor | AdapterFactory,
  options: Pick<AdapterContractOptions, 'hasCommit' | 'tell'> = {},
): ContractCase[] {
  const has = typeof adapter.commit === 'function'
  const subject = new Subject(adapter)
  const cases = [...entryCases(subject), ...lookupCases(subject), ...accountCases(subject)]
  if (has) cases.push(...commitCases(subject))
  else subject.missed.add('commit(): a crash in the middle of a request may leave half of it')
  cases.push(report(subject, options.tell))
  if (options.hasCommit === undefined) return cases
  const expected = options.hasCommit
  return [
    {
      title: `commit: ${expected ? 'is there' : 'is not there'}`,
      run: async () => assert.equal(has, expected),
    },
    ...cases,
  ]
}

const print = (message: string): void => void process.stdout.write(`${message}\n`)

/** Runs last, and fails never: an adapter of the documented contract is a good one. */
function report({ missed }: Subject, tell: (message: string) => void = print): ContractCase {
  return {
    title: 'beyond the documented contract: tells which promises are not made',
    async run() {
      for (const promise of missed) tell(`this adapter does not promise: ${promise}`)
    },
  }
}
