import type { AdapterConstructor, AdapterFactory } from '../../types/adapter.ts'
import { wrapAdapter } from './wrap_adapter.ts'

/** How a call fails: without effect, after it took effect, or by never answering (without effect). */
export const FAULTS = ['throw-before', 'throw-after', 'hang'] as const
export type Fault = (typeof FAULTS)[number]

/** Takes effect, and answers with a number, or with an entry (or outcome) whose members have other types. */
export const WRONG_ANSWERS = ['answer-number', 'answer-malformed'] as const
export type WrongAnswer = (typeof WRONG_ANSWERS)[number]

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
  arm(at: number, fault: Fault | WrongAnswer, times?: number): void
  /** Forgets the calls so far; none fails. */
  disarm(): void
  /** Settles as soon as a call hangs. */
  hanging(): Promise<void>
}

const malformed = (answer: unknown): string =>
  JSON.stringify({
    ...(typeof answer === 'object' ? answer : {}),
    committed: 'yes',
    iat: 'today',
    jti: {},
  })

/** Storage that works until it is told to fail. */
export function faultyAdapter(inner: AdapterConstructor | AdapterFactory): FaultyAdapter {
  const calls: string[] = []
  let [first, last, mode]: [number, number, Fault | WrongAnswer] = [0, 0, 'hang']
  let tellHanging = (): void => {}
  const adapter = wrapAdapter(inner, async ({ name }, run) => {
    const number = calls.push(name)
    if (number < first || number >= last) return await run()
    if (mode === 'hang') {
      tellHanging()
      return await new Promise<never>(() => {})
    }
    if (mode === 'throw-before') throw new StorageFault(`call ${number}, ${name}, failed`)
    const answer: unknown = await run()
    if (mode === 'answer-number') return JSON.parse('42')
    if (mode === 'answer-malformed') return JSON.parse(malformed(answer))
    throw new StorageFault(`call ${number}, ${name}, failed`)
  })
  const arm = (at: number, fault: Fault | WrongAnswer, times = 1): void => {
    calls.length = 0
    first = at
    last = at + times
    mode = fault
  }
  const hanging = () =>
    new Promise<void>((resolve) => {
      tellHanging = resolve
    })
  return { adapter, calls, arm, disarm: () => arm(0, 'hang', 0), hanging }
}
