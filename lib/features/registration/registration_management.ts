import { compareSecret } from '../../actions/client_auth/compare_secret.ts'
import type { Client } from '../../clients/client.ts'
import type { Ctx } from '../../engine/context.ts'
import { defineAction } from '../../engine/define_action.ts'
import { readJson } from '../../engine/read_json.ts'
import type { Runtime, Step } from '../../engine/runtime.ts'
import { noStore } from '../../engine/wraps/no_store.ts'
import { InvalidRequest, InvalidToken } from '../../helpers/errors.ts'
import { CommitConflict } from '../../models/transaction.ts'
import { keepOffered } from './keep_offered.ts'
import { loadRegistration } from './load_registration.ts'
import { REGISTRATION } from './reasons.ts'
import type { RegistrationAccessToken } from './registration_access_token.ts'
import { registrationAnswer } from './registration_answer.ts'
import { registrationErrors } from './registration_errors.ts'
import { runPolicies } from './run_policies.ts'
import { checkSector, provideSecret, validateRegistration } from './validate_registration.ts'

/** Must not be sent back. @see RFC 7592 §2.2 */
const NOT_IN_UPDATES = [
  'registration_access_token',
  'registration_client_uri',
  'client_secret_expires_at',
  'client_id_issued_at',
] as const

const answerRegistration: Step = (ctx) => {
  ctx.body = registrationAnswer(ctx, ctx.oidc.loaded('RegistrationAccessToken').value)
}

/** @see RFC 7592 §2.2 */
const checkUpdate: Step = async (ctx, rt) => {
  const sent = ctx.oidc.sentBody ?? {}
  const client = ctx.oidc.loaded('Client')
  for (const name of NOT_IN_UPDATES) {
    if (Object.hasOwn(sent, name) && sent[name] !== null)
      throw new InvalidRequest(`request must not include the ${name} field`).because(
        REGISTRATION.field_not_allowed,
        { seen: [name] },
      )
  }
  if (sent['client_id'] !== client.clientId)
    throw new InvalidRequest('client_id must be the one that the registration is for').because(
      REGISTRATION.client_id_mismatch,
    )
  const secret = sent['client_secret']
  if (isDeleted(secret)) return
  if (typeof secret !== 'string' || !(await compareSecret(rt, client, secret)))
    throw new InvalidRequest('client_secret must be the one that was issued, or left out').because(
      REGISTRATION.secret_mismatch,
    )
}

const isDeleted = (value: unknown) => value === undefined || value === null || value === ''

/** What is not sent, or sent empty, is deleted; what the server gave stays. @see RFC 7592 §2.2 */
const draftUpdate: Step = (ctx) => {
  const sent = Object.entries(ctx.oidc.sentBody ?? {}).filter(([, value]) => !isDeleted(value))
  ctx.oidc.understand('registration', {
    ...Object.fromEntries(sent),
    ...givenByServer(ctx.oidc.loaded('Client')),
  })
}

function givenByServer(client: Client): Record<string, unknown> {
  const { client_id, client_id_issued_at, client_secret, client_secret_expires_at } = client.metadata()
  const given = { client_id, client_id_issued_at, client_secret, client_secret_expires_at }
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
}

async function mayRotate(ctx: Ctx, rt: Runtime): Promise<boolean> {
  const { rotateRegistrationAccessToken: rotate } = rt.configuration.features.registrationManagement
  return typeof rotate === 'function' ? rotate(ctx) : rotate
}

/** @returns the value that the client goes on with */
async function rotate(ctx: Ctx, rt: Runtime, old: RegistrationAccessToken): Promise<string> {
  const client = ctx.oidc.loaded('Client')
  const token = new rt.models.RegistrationAccessToken({ client, policies: old.policies })
  const { value, operations, announce } = await token.issue(ctx)
  ctx.oidc.transaction.add([removal(old)], () => old.announce('destroyed'))
  ctx.oidc.transaction.add(operations, announce)
  ctx.oidc.entity('RotatedRegistrationAccessToken', old)
  ctx.oidc.entity('RegistrationAccessToken', token)
  return value
}

const removal = ({ jti: id }: RegistrationAccessToken) =>
  ({ op: 'destroy', model: 'RegistrationAccessToken', id }) as const

/** Nothing is changed for a token, or a client, that is gone by then: of concurrent requests one wins. */
function requireBoth(ctx: Ctx, clientId: string, token: RegistrationAccessToken): void {
  ctx.oidc.transaction.add([
    { op: 'require', model: 'RegistrationAccessToken', id: token.jti },
    { op: 'require', model: 'Client', id: clientId },
  ])
}

async function commit(ctx: Ctx): Promise<void> {
  try {
    await ctx.oidc.transaction.commit()
  } catch (thrown) {
    if (!(thrown instanceof CommitConflict)) throw thrown
    throw new InvalidToken(`${thrown.operation.model} was removed by a concurrent request`, thrown).because(
      REGISTRATION.removed_meanwhile,
      { seen: [thrown.operation.model] },
    )
  }
}

/** Client and token change together, or neither does. */
const storeUpdate: Step = async (ctx, rt) => {
  const client = ctx.oidc.loaded('Client')
  const token = ctx.oidc.loaded('RegistrationAccessToken')
  const { clientId: id } = client
  requireBoth(ctx, id, token)
  const value = (await mayRotate(ctx, rt)) ? await rotate(ctx, rt, token) : token.value
  ctx.oidc.transaction.add([{ op: 'put', model: 'Client', id, payload: client.metadata() }])
  await commit(ctx)
  ctx.body = registrationAnswer(ctx, value)
  rt.emit('registration_update.success', ctx, client)
}

/** What was issued to the client ends with it: everything looks for its client when it is used. @see RFC 7592 §2.3 */
const removeRegistration: Step = async (ctx, rt) => {
  const client = ctx.oidc.loaded('Client')
  const token = ctx.oidc.loaded('RegistrationAccessToken')
  requireBoth(ctx, client.clientId, token)
  // The token last: where storage cannot do both at once, it is what a second try needs.
  ctx.oidc.transaction.add([{ op: 'destroy', model: 'Client', id: client.clientId }])
  ctx.oidc.transaction.add([removal(token)], () => token.announce('destroyed'))
  await commit(ctx)
  ctx.status = 204
  rt.emit('registration_delete.success', ctx, client)
}

/** @see RFC 7592 §2.1, OpenID Connect Dynamic Client Registration 1.0 §4 */
export const readClient = defineAction({
  name: 'client',
  methods: ['GET'],
  path: 'registration/:clientId',
  wraps: [noStore, registrationErrors('registration_read.error')],
  steps: [loadRegistration('read'), answerRegistration],
})

/** @see RFC 7592 §2.2 */
export const updateClient = defineAction({
  name: 'client_update',
  methods: ['PUT'],
  path: 'registration/:clientId',
  wraps: [noStore, registrationErrors('registration_update.error')],
  steps: [
    loadRegistration('update'),
    readJson,
    checkUpdate,
    draftUpdate,
    keepOffered,
    runPolicies('RegistrationAccessToken'),
    provideSecret,
    validateRegistration,
    checkSector,
    storeUpdate,
  ],
})

/** @see RFC 7592 §2.3 */
export const deleteClient = defineAction({
  name: 'client_delete',
  methods: ['DELETE'],
  path: 'registration/:clientId',
  wraps: [noStore, registrationErrors('registration_delete.error')],
  steps: [loadRegistration('delete'), removeRegistration],
})
