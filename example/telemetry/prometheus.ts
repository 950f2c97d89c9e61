import { tracingChannel } from 'node:diagnostics_channel'
import { Counter, Gauge, Histogram, type Registry } from 'prom-client'
import type { DiagnosticsChannels, Provider } from '../../lib/index.ts'

type Name = keyof DiagnosticsChannels

const nothing = () => {}

/** Calls when something is over, with the seconds it took. @returns what ends that */
function whenOver<N extends Name>(
  name: N,
  tell: (message: DiagnosticsChannels[N], seconds: number) => void,
): () => void {
  const began = new WeakMap<DiagnosticsChannels[N], number>()
  const over = (message: DiagnosticsChannels[N]) => {
    tell(message, (performance.now() - (began.get(message) ?? performance.now())) / 1000)
  }
  const subscribers = {
    start: (message: DiagnosticsChannels[N]) => void began.set(message, performance.now()),
    end: (message: DiagnosticsChannels[N]) => {
      if (message.isPending !== true) over(message)
    },
    asyncStart: nothing,
    asyncEnd: over,
    error: nothing,
  }
  const channel = tracingChannel<unknown, DiagnosticsChannels[N]>(name)
  channel.subscribe(subscribers)
  return () => channel.unsubscribe(subscribers)
}

/**
 * Measures the requests to all providers of this process, and the health of one.
 * @returns what ends that
 */
export function measureProvider(provider: Provider, registry: Registry): () => void {
  const registers = [registry]
  const requests = new Histogram({
    name: 'openid_provider_request_duration_seconds',
    help: 'How long requests take, by endpoint and status',
    labelNames: ['route', 'status'],
    registers,
  })
  const refusals = new Counter({
    name: 'openid_provider_refusals_total',
    help: 'What was refused, and why: the reasons are those of docs/errors',
    labelNames: ['route', 'code', 'reason'],
    registers,
  })
  const storage = new Histogram({
    name: 'openid_provider_storage_duration_seconds',
    help: 'How long calls of the adapter take',
    labelNames: ['operation', 'model', 'outcome'],
    registers,
  })
  new Gauge({
    name: 'openid_provider_healthy',
    help: '1 while storage answers and keys sign',
    registers,
    async collect() {
      const { status } = await provider.health()
      this.set(status === 'ok' ? 1 : 0)
    },
  })

  const ending = [
    // No labels for clients or accounts: there may be too many.
    whenOver('openid-provider:request', ({ route, status, code, reason }, seconds) => {
      requests.observe({ route, status: String(status) }, seconds)
      if (code !== undefined) refusals.inc({ route, code, reason: reason ?? 'host' })
    }),
    whenOver('openid-provider:storage', ({ operation, model = 'several', error }, seconds) => {
      storage.observe({ operation, model, outcome: error === undefined ? 'ok' : 'failed' }, seconds)
    }),
  ]
  return () => {
    for (const end of ending) end()
  }
}
