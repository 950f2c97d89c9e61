import { setTimeout as wait } from 'node:timers/promises'
import type { AdapterConstructor, AdapterFactory } from '../../types/adapter.ts'
import { wrapAdapter } from './wrap_adapter.ts'

/** Storage that is `ms` milliseconds away: each call, `commit` too, takes that long before it takes effect. */
export function latencyAdapter(adapter: AdapterConstructor | AdapterFactory, ms: number): AdapterFactory {
  return wrapAdapter(adapter, async (_, run) => {
    await wait(ms)
    return await run()
  })
}
