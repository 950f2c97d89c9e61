import type { AdapterConstructor, AdapterFactory } from '../../types/adapter.ts'
import { wrapAdapter } from './wrap_adapter.ts'

/** How a call fails: without effect, after it took effect, or by never answering (without effect). */
export const FAULTS = ['throw-before', 'throw-after', 'hang'] as const
export type Fault = (typeof FAULTS)[number]

/** What a faulty call rejects with. */
export class StorageFault extends Error {
  override readonly name = 'StorageFault'
}

export interface FaultyAdapter {
  adapter: AdapterFactory
  /** The calls since `arm`, failed ones included, for example `AccessToken.upsert`. */
  readonly calls: string[]
  /**
   * Forgets the calls so far, and makes call number `at` from now on (the first is 1) fail.
   * @param times how many calls in a row fail
   */
  arm(at: number, fault: Fault, times?: number): void
  /** Forgets the calls so far; none fails. */
  disarm(): void
}

/** Storage that works until it is told to fail. */
export function faultyAdapter(inner: AdapterConstructor | AdapterFactory): FaultyAdapter {
  const calls: string[] = []
  let [first, last, mode]: [number, number, Fault] = [0, 0, 'hang']
  const adapter = wrapAdapter(inner, async ({ name }, run) => {
    const number = calls.push(name)
    if (number < first || number >= last) return await run()
    if (mode === 'hang') return await new Promise<never>(() => {})
    if (mode === 'throw-after') await run()
    throw new StorageFault(`call ${number}, ${name}, failed`)
  })
  const arm = (at: number, fault: Fault, times = 1): void => {
    calls.length = 0
    first = at
    last = at + times
    mode = fault
  }
  return { adapter, calls, arm, disarm: () => arm(0, 'hang', 0) }
}
