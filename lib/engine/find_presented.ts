import { MalformedEntry } from '../models/base_model.ts'
import type { Ctx } from './context.ts'
import type { Runtime } from './runtime.ts'

/**
 * Waits for the entry that a request stands on. One that is damaged in storage is worth nothing to whoever presents
 * it, as if it were not there; the host hears of it.
 */
export function findPresented<T>(
  ctx: Ctx,
  rt: Runtime,
  pending: Promise<T | undefined>,
): Promise<T | undefined> {
  return pending.catch((thrown: unknown) => {
    if (!(thrown instanceof MalformedEntry)) throw thrown
    rt.emit('server_error', ctx, thrown)
    return undefined
  })
}
