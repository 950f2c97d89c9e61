import type { AdapterConstructor, AdapterFactory } from '../../types/adapter.ts'
import { wrapAdapter } from './wrap_adapter.ts'

export interface CountedCall {
  /** For example `AccessToken.find`, or `commit`. */
  name: string
  args: readonly unknown[]
  /** Position among all starts and ends. */
  start: number
  /** Position among all starts and ends; Infinity while it runs. */
  end: number
}

export interface CountingAdapter {
  adapter: AdapterFactory
  readonly calls: CountedCall[]
  reset(): void
  /** How many calls had to be waited for one after the other. Put it around a `latencyAdapter` of 1 ms or more,
   * otherwise a call that starts some ticks late looks as if it had waited. */
  depth(): number
}

/** Records every call, and which ones ran at the same time. */
export function countingAdapter(inner: AdapterConstructor | AdapterFactory): CountingAdapter {
  const calls: CountedCall[] = []
  let position = 0
  const adapter = wrapAdapter(inner, async ({ name, args }, run) => {
    const call: CountedCall = { name, args, start: position++, end: Number.POSITIVE_INFINITY }
    calls.push(call)
    try {
      return await run()
    } finally {
      call.end = position++
    }
  })
  return {
    adapter,
    calls,
    reset: () => {
      calls.length = 0
    },
    depth: () => depthOf(calls),
  }
}

/** The longest chain of calls in which each starts after the one before has ended. */
function depthOf(calls: readonly CountedCall[]): number {
  const depths: number[] = []
  for (const { start } of calls) {
    const before = calls.flatMap(({ end }, index) => (end < start ? (depths[index] ?? 0) : []))
    depths.push(1 + Math.max(0, ...before))
  }
  return Math.max(0, ...depths)
}
