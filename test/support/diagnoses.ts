import type { EventEmitter } from 'node:events'
import { errors } from '../../lib/index.ts'
import type { RunningProvider } from './start_provider.ts'

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
