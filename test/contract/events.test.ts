/**
 * An event is typed, documented and caused, or none of it: `docs/events.md` is generated from the types, and the table
 * below has to have a row for each of them.
 */

import type { EventEmitter } from 'node:events'
import { readFileSync } from 'node:fs'
import { expect } from 'chai'
import type { ProviderEventName } from '../../types/events.ts'
import { stopReceivers } from '../support/ciba.ts'
import { stopProviders } from '../support/start_provider.ts'
import { causeEvents, startForEvents } from './cause_events.ts'

/** What an argument of a listener is. */
type Kind = 'ctx' | 'error' | 'client' | 'id' | 'text' | 'prompt' | 'response' | { readonly model: string }

const a = (model: string): Kind => ({ model })

/** Ids of the surface, the event, what its listeners are given. */
const EVENTS: readonly (readonly [ids: string, event: ProviderEventName, args: readonly Kind[]])[] = [
  ['F001', 'access_token.destroyed', [a('AccessToken')]],
  ['F002', 'access_token.saved', [a('AccessToken')]],
  ['F003', 'access_token.issued', [a('AccessToken')]],
  ['F004', 'authorization_code.consumed', [a('AuthorizationCode')]],
  ['F005', 'authorization_code.destroyed', [a('AuthorizationCode')]],
  ['F006', 'authorization_code.saved', [a('AuthorizationCode')]],
  ['F007', 'authorization.accepted', ['ctx']],
  ['F008 F074', 'authorization.error', ['ctx', 'error']],
  ['F009', 'authorization.success', ['ctx', 'response']],
  ['F010 F072', 'backchannel.error', ['ctx', 'error', 'client', 'id', 'text']],
  ['F011 F072', 'backchannel.success', ['ctx', 'client', 'id', 'text']],
  ['of ours:', 'frontchannel.error', ['ctx', 'error', 'client', 'id', 'text']],
  ['F012', 'jwks.error', ['ctx', 'error']],
  ['F013', 'client_credentials.destroyed', [a('ClientCredentials')]],
  ['F014', 'client_credentials.saved', [a('ClientCredentials')]],
  ['F015', 'client_credentials.issued', [a('ClientCredentials')]],
  ['F016', 'device_code.consumed', [a('DeviceCode')]],
  ['F017', 'device_code.destroyed', [a('DeviceCode')]],
  ['F018', 'device_code.saved', [a('DeviceCode')]],
  ['F019 F074', 'discovery.error', ['ctx', 'error']],
  ['F020', 'end_session.error', ['ctx', 'error']],
  ['F021', 'end_session.success', ['ctx']],
  ['F022 F074', 'grant.error', ['ctx', 'error']],
  ['F023 F070', 'grant.revoked', ['ctx', 'id']],
  ['F024', 'grant.success', ['ctx']],
  ['F025', 'initial_access_token.destroyed', [a('InitialAccessToken')]],
  ['F026', 'initial_access_token.saved', [a('InitialAccessToken')]],
  ['F027', 'interaction.destroyed', [a('Interaction')]],
  ['F028', 'interaction.ended', ['ctx']],
  ['F029', 'interaction.saved', [a('Interaction')]],
  ['F030 F071', 'interaction.started', ['ctx', 'prompt']],
  ['F031 F074', 'introspection.error', ['ctx', 'error']],
  ['F032', 'replay_detection.destroyed', [a('ReplayDetection')]],
  ['F033', 'replay_detection.saved', [a('ReplayDetection')]],
  ['F034', 'pushed_authorization_request.error', ['ctx', 'error']],
  ['F035', 'pushed_authorization_request.success', ['ctx', 'client']],
  ['F036', 'pushed_authorization_request.destroyed', [a('PushedAuthorizationRequest')]],
  ['F037', 'pushed_authorization_request.saved', [a('PushedAuthorizationRequest')]],
  ['F038', 'refresh_token.consumed', [a('RefreshToken')]],
  ['F039', 'refresh_token.destroyed', [a('RefreshToken')]],
  ['F040', 'refresh_token.saved', [a('RefreshToken')]],
  ['F041', 'registration_access_token.destroyed', [a('RegistrationAccessToken')]],
  ['F042', 'registration_access_token.saved', [a('RegistrationAccessToken')]],
  ['F043', 'registration_create.error', ['ctx', 'error']],
  ['F044 F073', 'registration_create.success', ['ctx', 'client']],
  ['F045', 'registration_delete.error', ['ctx', 'error']],
  ['F046 F073', 'registration_delete.success', ['ctx', 'client']],
  ['F047', 'registration_read.error', ['ctx', 'error']],
  ['F048', 'registration_update.error', ['ctx', 'error']],
  ['F049 F073', 'registration_update.success', ['ctx', 'client']],
  ['F050 F074', 'revocation.error', ['ctx', 'error']],
  ['F051 F074', 'server_error', ['ctx', 'error']],
  ['F052', 'session.destroyed', [a('Session')]],
  ['F053', 'session.saved', [a('Session')]],
  ['F054 F074', 'userinfo.error', ['ctx', 'error']],
  ['F055 F074', 'backchannel_authentication.error', ['ctx', 'error']],
  ['F055', 'backchannel_authentication.success', ['ctx', 'response']],
  ['F056', 'backchannel_authentication_request.consumed', [a('BackchannelAuthenticationRequest')]],
  ['F056', 'backchannel_authentication_request.destroyed', [a('BackchannelAuthenticationRequest')]],
  ['F056', 'backchannel_authentication_request.saved', [a('BackchannelAuthenticationRequest')]],
  ['F292', 'backchannel_ping.error', ['error', 'client', a('BackchannelAuthenticationRequest')]],
  ['F292', 'backchannel_ping.success', ['client', a('BackchannelAuthenticationRequest')]],
  ['F057', 'code_verification.error', ['ctx', 'error']],
  ['F058', 'device_authorization.error', ['ctx', 'error']],
  ['F059', 'device_authorization.success', ['ctx', 'response']],
  ['F060', 'device_resume.error', ['ctx', 'error']],
  ['F061', 'end_session_confirm.error', ['ctx', 'error']],
  ['F062', 'end_session_success.error', ['ctx', 'error']],
  ['F063', 'grant.saved', [a('Grant')]],
  ['F063', 'grant.destroyed', [a('Grant')]],
  ['F064', 'certificates.error', ['ctx', 'error']],
  ['F065', 'check_session.error', ['ctx', 'error']],
  ['F066', 'webfinger.error', ['ctx', 'error']],
  ['of ours:', 'interaction.unresolved', ['ctx', 'prompt', 'text']],
  ['F067', 'token.issued', [a('AuthorizationCode')]],
  ['F068', 'token.consumed', [a('AuthorizationCode')]],
  ['F069', 'token.revoked', [a('AccessToken')]],
]

/** What becomes of these is up to the host alone: it calls the method of the model. */
const HOSTS_OWN: readonly ProviderEventName[] = [
  'authorization_code.destroyed',
  'backchannel_authentication_request.destroyed',
  'device_code.destroyed',
  'grant.destroyed',
  'initial_access_token.destroyed',
  'initial_access_token.saved',
  'replay_detection.destroyed',
]

const PAGE = readFileSync(new URL('../../docs/events.md', import.meta.url), 'utf8')
const DOCUMENTED = [...PAGE.matchAll(/^\| `([a-z_.]+)` \|/gm)].map(([, name]) => name)

/** Notes every event that somebody could listen to, whether it is documented or not. */
function hearEverything(emitter: EventEmitter): Set<string> {
  const heard = new Set<string>()
  const count = emitter.listenerCount.bind(emitter)
  emitter.listenerCount = (event) => {
    heard.add(String(event))
    return count(event)
  }
  return heard
}

function isKind(argument: unknown, kind: Kind): boolean {
  const member = (name: string): unknown => Reflect.get(Object(argument), name)
  if (typeof kind === 'object') return member('kind') === kind.model
  if (kind === 'ctx') return typeof member('oidc') === 'object'
  if (kind === 'error') return argument instanceof Error
  if (kind === 'client') return typeof member('clientId') === 'string'
  if (kind === 'text') return typeof argument === 'string'
  if (kind === 'id') return typeof argument === 'string' && argument !== ''
  return typeof argument === 'object' && argument !== null
}

describe('events (version 8) and what their listeners are given', function suite() {
  // They are all caused before the first test.
  this.timeout(60_000)
  const told = new Map<string, unknown[][]>()
  const byOthers = new Set<string>()
  let heard: ReadonlySet<string> = new Set()

  before(async () => {
    const op = await startForEvents()
    heard = hearEverything(op.provider)
    for (const [, event] of EVENTS) {
      const calls: unknown[][] = []
      told.set(event, calls)
      op.provider.on(String(event), (...args: unknown[]) => calls.push(args))
    }
    await causeEvents(op, () => {
      for (const [event, calls] of told) if (calls.length > 0) byOthers.add(event)
    })
  })
  after(async () => {
    await stopProviders()
    await stopReceivers()
  })

  it('every documented event is told here, and no other is documented', () => {
    expect(DOCUMENTED).to.have.members(EVENTS.map(([, event]) => event))
  })

  it('every event that is told is documented', () => {
    expect([...heard].filter((event) => !DOCUMENTED.includes(event))).to.deep.equal([])
  })

  it('clients and people cause all but those that are up to the host alone', () => {
    const others = EVENTS.map(([, event]) => event).filter((event) => !byOthers.has(event))

    expect(others).to.have.members(HOSTS_OWN)
  })

  for (const [ids, event, kinds] of EVENTS) {
    it(`${ids} ${event}`, () => {
      const calls = told.get(event) ?? []

      expect(calls, 'calls').to.not.have.length(0)
      const fitting = calls.filter((args) => kinds.every((kind, index) => isKind(args[index], kind)))
      // Names of an older version stand for several kinds of tokens.
      if (event.startsWith('token.')) expect(fitting).to.not.have.length(0)
      else expect(fitting).to.have.length(calls.length)
      for (const args of calls) expect(args).to.have.length(kinds.length)
    })
  }
})
