import type { AdapterConstructor, AdapterFactory } from '../../types/adapter.ts'
import { wrapAdapter } from './wrap_adapter.ts'

export interface GateAdapter {
  adapter: AdapterFactory
  /** The next `count` calls of this name, for example `Session.find`, answer together, once the last is done. */
  gather(name: string, count: number): void
}

/** Storage that can make requests meet at one call, so that a race happens for certain. */
export function gateAdapter(inner: AdapterConstructor | AdapterFactory): GateAdapter {
  let [gathered, missing] = ['', 0]
  let open = (): void => {}
  let opened = Promise.resolve()
  const adapter = wrapAdapter(inner, async ({ name }, run) => {
    if (name !== gathered || missing === 0) return await run()
    missing -= 1
    const gate = opened
    const isLast = missing === 0
    const result = await run()
    if (isLast) open()
    await gate
    return result
  })
  const gather = (name: string, count: number): void => {
    ;[gathered, missing] = [name, count]
    opened = new Promise((resolve) => {
      open = resolve
    })
  }
  return { adapter, gather }
}
