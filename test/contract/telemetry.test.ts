import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { context, SpanKind, SpanStatusCode } from '@opentelemetry/api'
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base'
import { expect } from 'chai'
import express from 'express'
import { Registry } from 'prom-client'
import { ChannelContextManager, traceProviders } from '../../example/telemetry/opentelemetry.ts'
import { measureProvider } from '../../example/telemetry/prometheus.ts'
import { readiness } from '../../example/telemetry/readiness.ts'
import { memoryAdapter } from '../../lib/adapters/memory.ts'
import { faultyAdapter } from '../support/faulty_adapter.ts'
import { startServer, stopServers } from '../support/local_server.ts'
import { startProvider, stopProviders } from '../support/start_provider.ts'

const ROOT = resolve(import.meta.dirname, '../..')
const undoing: (() => void)[] = []

function startTracing(options: { steps?: boolean } = {}) {
  const exporter = new InMemorySpanExporter()
  const spans = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] })
  const manager = new ChannelContextManager()
  context.setGlobalContextManager(manager)
  const end = traceProviders(manager, spans.getTracer('openid-provider'), options)
  undoing.push(() => {
    end()
    context.disable()
  })
  return exporter
}

const childrenOf = (spans: readonly ReadableSpan[], parent: ReadableSpan | undefined) =>
  spans.filter(({ parentSpanContext }) => parentSpanContext?.spanId === parent?.spanContext().spanId)

describe('example/telemetry', () => {
  afterEach(async () => {
    await stopServers()
    await stopProviders()
    for (const undo of undoing.splice(0)) undo()
  })

  describe('opentelemetry.ts', () => {
    it('makes a span of each request of a login, and in it one of each storage call and signature', async () => {
      const op = await startProvider()
      const exporter = startTracing()

      await op.login()

      const spans = exporter.getFinishedSpans()
      const requests = spans.filter(({ kind }) => kind === SpanKind.SERVER)
      expect(requests.map(({ name }) => name)).to.deep.equal([
        'GET authorization',
        'GET resume',
        'GET resume',
        'POST token',
      ])
      const token = requests.at(-1)
      expect(token?.attributes).to.deep.include({
        'http.route': 'token',
        'http.response.status_code': 200,
        'openid_provider.client_id': 'web',
      })
      const inside = childrenOf(spans, token)
      expect(inside.map(({ name }) => name)).to.include.members([
        'find AuthorizationCode',
        'sign RS256',
        'commit',
      ])
      for (const span of inside) expect(span.spanContext().traceId).to.equal(token?.spanContext().traceId)
      for (const { parentSpanContext } of requests) expect(parentSpanContext).to.equal(undefined)
    })

    it('says of a refusal why, and of a failure of storage which call it was', async () => {
      const storage = faultyAdapter(memoryAdapter())
      const op = await startProvider({ adapter: storage.adapter })
      const exporter = startTracing()
      storage.arm(2, 'throw-before')

      await op.userinfo('unknown')
      await op.userinfo('unknown')

      const [find, refused, failing, failed] = exporter.getFinishedSpans()
      expect(find?.status.code).to.equal(SpanStatusCode.UNSET)
      expect(refused?.attributes).to.include({
        'error.type': 'invalid_token',
        'openid_provider.reason': 'userinfo.token_not_found',
      })
      expect(failing)
        .to.include({ name: 'find AccessToken' })
        .and.to.deep.include({ status: { code: 2 } })
      expect(failing?.events[0]?.attributes).to.include({ 'exception.type': 'StorageFault' })
      expect(failed?.attributes).to.include({ 'http.response.status_code': 500 })
    })

    it('makes spans of steps where that is wanted, and what they do is a part of them', async () => {
      const op = await startProvider()
      const exporter = startTracing({ steps: true })

      await op.userinfo('unknown')

      const spans = exporter.getFinishedSpans()
      const step = spans.find(({ name }) => name === 'loadAccessToken')
      expect(step?.status.code).to.equal(SpanStatusCode.ERROR)
      expect(childrenOf(spans, step).map(({ name }) => name)).to.deep.equal(['find AccessToken'])
      for (const { ended } of spans) expect(ended).to.equal(true)
    })

    it('hears nothing any more when it was ended', async () => {
      const op = await startProvider()
      const exporter = startTracing()
      for (const undo of undoing.splice(0)) undo()

      await op.userinfo('unknown')

      expect(exporter.getFinishedSpans()).to.deep.equal([])
    })
  })

  describe('prometheus.ts', () => {
    const startMeasuring = async (storage = faultyAdapter(memoryAdapter())) => {
      const op = await startProvider({ adapter: storage.adapter })
      const registry = new Registry()
      undoing.push(measureProvider(op.provider, registry))
      const app = express().get('/metrics', async (_req, res) => {
        res.type(registry.contentType).send(await registry.metrics())
      })
      const { origin } = await startServer(app)
      return { op, storage, scrape: async () => (await fetch(`${origin}/metrics`)).text() }
    }

    it('counts requests by endpoint and status, storage calls, and refusals by their reason', async () => {
      const { op, scrape } = await startMeasuring()

      await op.login()
      await op.userinfo('unknown')
      await op.userinfo('unknown')

      const metrics = await scrape()
      for (const line of [
        'openid_provider_request_duration_seconds_count{route="token",status="200"} 1',
        'openid_provider_request_duration_seconds_count{route="userinfo",status="401"} 2',
        'openid_provider_refusals_total{route="userinfo",code="invalid_token",reason="userinfo.token_not_found"} 2',
        'openid_provider_storage_duration_seconds_count{operation="find",model="AccessToken",outcome="ok"} 2',
        'openid_provider_healthy 1',
      ])
        expect(metrics).to.include(`${line}\n`)
    })

    it('tells that storage fails', async () => {
      const { op, storage, scrape } = await startMeasuring()
      storage.arm(1, 'throw-before', 2)

      await op.userinfo('unknown')

      const metrics = await scrape()
      expect(metrics).to.include('openid_provider_healthy 0\n')
      expect(metrics).to.include('{operation="find",model="AccessToken",outcome="failed"} 1\n')
    })
  })

  describe('readiness.ts', () => {
    it('answers 200 while storage answers, and 503 with the reason when it does not', async () => {
      const storage = faultyAdapter(memoryAdapter())
      const op = await startProvider({ adapter: storage.adapter, storageTimeout: 0.05 })
      const { origin } = await startServer(express().use(readiness(op.provider)))
      storage.arm(1, 'hang')

      const failing = await fetch(`${origin}/readyz`)
      const well = await fetch(`${origin}/readyz`)

      expect(failing.status).to.equal(503)
      expect(await failing.text()).to.include('storage did not answer Session.find within 50 ms')
      expect(well.status).to.equal(200)
      expect(await well.json()).to.include({ status: 'ok' })
    })
  })

  it('is what the guides show', async () => {
    for (const guide of ['logging_and_metrics', 'deployment']) {
      const page = await readFile(join(ROOT, `docs/guides/${guide}.md`), 'utf8')
      const shown = [...page.matchAll(/`example\/telemetry\/(\w+\.ts)`\].*?^```ts\n(.*?)^```/gms)]
      expect(shown, guide).to.have.length.above(0)
      for (const [, file = '', code = ''] of shown) {
        const source = await readFile(join(ROOT, 'example/telemetry', file), 'utf8')
        expect(source.replaceAll('../../lib/index.ts', 'openid-provider'), file).to.include(code)
      }
    }
  })
})
