import { holds } from '../../lib/adapters/operations.ts'
import type { AdapterCommit, AdapterFactory, AdapterPayload } from '../../types/adapter.ts'
import { legacyAdapter } from './legacy_adapter.ts'

/** Storage that commits, whose entries a test can look at. Keys are `Model:id`. */
export function mapAdapter(entries: Map<string, AdapterPayload> = new Map()): AdapterFactory {
  const commit: AdapterCommit = async (operations) => {
    const failed = operations.findIndex((operation) => !holds(operation, entries.get(keyOf(operation))))
    if (failed !== -1) return { committed: false, failed }
    for (const operation of operations) {
      const key = keyOf(operation)
      if (operation.op === 'insert' || operation.op === 'put') entries.set(key, { ...operation.payload })
      else if (operation.op === 'destroy') entries.delete(key)
      else if (operation.op === 'consume') {
        const consumed = Math.floor(Date.now() / 1000)
        entries.set(key, { ...entries.get(key), consumed, attempt: operation.attempt })
      }
    }
    return { committed: true }
  }
  return Object.assign(legacyAdapter(entries), { commit })
}

const keyOf = ({ model, id }: { model: string; id: string }): string => `${model}:${id}`
