import type { EventEmitter } from 'node:events'
import { expect } from 'chai'
import { errors } from '../../lib/index.ts'
import type { ClientMetadata } from '../../types/client.ts'
import type { Configuration } from '../../types/configuration.ts'
import { pkce, type RunningProvider, startProvider, stopProviders, WEB_CLIENT } from './start_provider.ts'

/** What a host is told about a refusal, beside what the client hears. */
export interface Diagnosis {
  reason: string
  seen: readonly string[]
  accepted: readonly string[]
}

const ENDPOINTS = [
  'authorization',
  'grant',
  'userinfo',
  'introspection',
  'pushed_authorization_request',
  'backchannel_authentication',
  'device_authorization',
  'registration_create',
  'registration_update',
]

/** Every refusal that the provider tells of from now on. */
export function listenForDiagnoses(op: RunningProvider): readonly Diagnosis[] {
  const heard: Diagnosis[] = []
  const note = (...told: unknown[]) => {
    for (const error of told) {
      if (!(error instanceof errors.OIDCProviderError)) continue
      const { reason, seen = [], accepted = [] } = error
      heard.push({ reason, seen, accepted })
    }
  }
  const emitter: EventEmitter = op.provider
  for (const endpoint of ENDPOINTS) emitter.on(`${endpoint}.error`, note)
  return heard
}

export const told = (
  reason: string,
  seen: readonly string[] = [],
  accepted: readonly string[] = [],
): Diagnosis => ({ reason, seen, accepted })

/** What is sent, and what the host is told about it; the provider has a configuration, or is started as it is needed. */
export type DiagnosisRow = readonly [
  title: string,
  send: (op: RunningProvider) => Promise<unknown>,
  told: Diagnosis,
  provider?: Configuration | (() => Promise<RunningProvider>),
]

/** A test for each row: that is told, and nothing else. */
export function itTells(about: string, rows: readonly DiagnosisRow[]): void {
  describe(`the host is told what was seen, and what would be accepted: ${about}`, () => {
    afterEach(stopProviders)

    for (const [title, send, expected, provider] of rows) {
      it(title, async () => {
        const op = typeof provider === 'function' ? await provider() : await startProvider(provider)
        const heard = listenForDiagnoses(op)

        await send(op)

        expect(heard).to.deep.equal([expected])
      })
    }
  })
}

/** The only client is that of `startProvider` with other metadata. */
export const withClient = (more: Partial<ClientMetadata>, rest: Configuration = {}): Configuration => ({
  ...rest,
  clients: [{ ...WEB_CLIENT, ...more }],
})

/** Sends a browser with a code challenge. */
export const authorizing = (params: Record<string, string>) => (op: RunningProvider) =>
  op
    .agent()
    .get(op.authorizationUrl({ code_challenge: pkce().challenge, code_challenge_method: 'S256', ...params }))
