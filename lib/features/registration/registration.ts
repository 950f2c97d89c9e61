import { isUsableId } from '../../adapters/operations.ts'
import type { Ctx } from '../../engine/context.ts'
import { type Action, defineAction } from '../../engine/define_action.ts'
import { readJson } from '../../engine/read_json.ts'
import type { Runtime, Step } from '../../engine/runtime.ts'
import { noStore } from '../../engine/wraps/no_store.ts'
import { epochTime } from '../../helpers/epoch_time.ts'
import { CommitConflict } from '../../models/transaction.ts'
import { checkSharedToken, loadInitialAccessToken } from './check_initial_access_token.ts'
import { keepOffered } from './keep_offered.ts'
import { registrationAnswer } from './registration_answer.ts'
import { registrationErrors } from './registration_errors.ts'
import { runPolicies } from './run_policies.ts'
import { checkSector, provideSecret, validateRegistration } from './validate_registration.ts'

/** The server's to give: what a registration says about them does not count. @see RFC 7591 §3.2.1, RFC 7592 §3 */
const GIVEN_BY_SERVER = [
  'client_id',
  'client_secret',
  'client_id_issued_at',
  'client_secret_expires_at',
  'registration_access_token',
  'registration_client_uri',
] as const

/** Made before policies run, which may give it policies of its own. @see RFC 7592 §3 */
const prepareRegistrationAccessToken: Step = async (ctx, rt) => {
  const { issueRegistrationAccessToken: issue } = rt.configuration.features.registration
  const isWanted = typeof issue === 'function' ? await issue(ctx) : issue
  if (isWanted) ctx.oidc.entity('RegistrationAccessToken', new rt.models.RegistrationAccessToken())
}

/** Segments that clients resolve: a registration_client_uri with one of them names something else. @see RFC 3986 §5.2.4 */
const DOTS: ReadonlySet<string> = new Set(['.', '..'])

const taken = (id: string) =>
  new Error(`features.registration.idFactory returned "${id}", which another client has`)

/** @see RFC 7591 §3.2.1 (the identifier is new, and the server's) */
const nameClient: Step = async (ctx, rt) => {
  const id: unknown = await rt.configuration.features.registration.idFactory(ctx)
  if (!isUsableId(id) || DOTS.has(id))
    throw new TypeError(
      "features.registration.idFactory must return 1 to 256 characters that a path may hold, not '.' or '..'",
    )
  if (rt.isStaticClient(id)) throw taken(id)
  const draft: Record<string, unknown> = { ...ctx.oidc.sentBody }
  for (const name of GIVEN_BY_SERVER) delete draft[name]
  ctx.oidc.understand('registration', { ...draft, client_id: id, client_id_issued_at: epochTime() })
}

/** The token as it is stored: for the client that now exists, with the policies it came by unless they set others. */
async function issueRegistrationAccessToken(ctx: Ctx, rt: Runtime): Promise<string | undefined> {
  const { InitialAccessToken: initial, RegistrationAccessToken: prepared } = ctx.oidc.entities
  if (prepared === undefined) return undefined
  const policies = prepared.policies ?? initial?.policies
  const client = ctx.oidc.loaded('Client')
  const token = new rt.models.RegistrationAccessToken({ client, policies, exp: prepared.exp })
  const { value, operations, announce } = await token.issue(ctx)
  ctx.oidc.transaction.add(operations, announce)
  ctx.oidc.entity('RegistrationAccessToken', token)
  return value
}

/** Client and token come into being together, or neither does. */
const storeRegistration: Step = async (ctx, rt) => {
  const client = ctx.oidc.loaded('Client')
  const { clientId: id } = client
  ctx.oidc.transaction.add([{ op: 'insert', model: 'Client', id, payload: client.metadata() }])
  const token = await issueRegistrationAccessToken(ctx, rt)
  try {
    await ctx.oidc.transaction.commit()
  } catch (thrown) {
    if (thrown instanceof CommitConflict && thrown.operation.model === 'Client') throw taken(id)
    throw thrown
  }
  ctx.status = 201
  ctx.body = registrationAnswer(ctx, token)
  rt.emit('registration_create.success', ctx, client)
}

/** Who may register. */
function initialAccess(token: boolean | string): Step[] {
  if (typeof token === 'string') return [checkSharedToken(token)]
  return token ? [loadInitialAccessToken] : []
}

/**
 * Where clients register themselves.
 * @param token `false`: anybody may, `true`: who holds a stored initial access token, a string: who knows it
 * @see RFC 7591 §3, OpenID Connect Dynamic Client Registration 1.0 §3
 */
export const registration = (token: boolean | string): Action =>
  defineAction({
    name: 'registration',
    methods: ['POST'],
    path: 'registration',
    wraps: [noStore, registrationErrors('registration_create.error')],
    steps: [
      ...initialAccess(token),
      readJson,
      prepareRegistrationAccessToken,
      nameClient,
      keepOffered,
      ...(token === true ? [runPolicies('InitialAccessToken')] : []),
      provideSecret,
      validateRegistration,
      checkSector,
      storeRegistration,
    ],
  })
