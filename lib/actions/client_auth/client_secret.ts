import type { Client } from '../../clients/client.ts'
import type { Ctx } from '../../engine/context.ts'
import { missingParameter } from '../../engine/reasons/parameter_errors.ts'
import type { ClientAuthentication, Runtime } from '../../engine/runtime.ts'
import { SecretComparison } from '../../helpers/constant_equals.ts'
import { epochTime } from '../../helpers/epoch_time.ts'
import { InvalidClientAuth, InvalidRequest } from '../../helpers/errors.ts'
import { whenKnown } from '../../helpers/promises/when_known.ts'
import { readBasicCredentials } from './basic_credentials.ts'
import { compareSecret } from './compare_secret.ts'
import { guardSecret } from './guard_secret.ts'
import { CLIENT_AUTH } from './reasons.ts'

/** Takes as long as the comparison with the secret of a client. */
const NOBODY = new SecretComparison()
const METHODS = ['client_secret_basic', 'client_secret_post']

/** @throws InvalidClientAuth, or TooManyAttempts without having looked at the secret */
function checkSecret(ctx: Ctx, rt: Runtime, client: Client, secret: string): void | Promise<void> {
  return guardSecret(ctx, rt, client.clientId, () => {
    return whenKnown(compareSecret(rt, client, secret), (isRight) => decide(client, isRight))
  })
}

/** Hosts replace what compares. */
function decide(client: Client, isRight: unknown): void {
  if (client.isClientSecretExpired(epochTime()))
    throw new InvalidClientAuth('the client secret has expired').because(CLIENT_AUTH.secret_expired)
  if (!isRight) throw new InvalidClientAuth('invalid secret provided').because(CLIENT_AUTH.secret_wrong)
}

/** As much work, and as many tries, as for a client that has a secret. */
async function refuse(ctx: Ctx, rt: Runtime, clientId: string, error: InvalidClientAuth): Promise<never> {
  return guardSecret(ctx, rt, clientId, () => {
    NOBODY.isRight('nobody', 'somebody')
    throw error
  })
}

/** Only credentials make the header one of this method; userinfo tokens come in the same header. */
const basicHeader = (ctx: Ctx): string | undefined => {
  const header = ctx.get('authorization')
  return header === '' ? undefined : header
}

/** @see RFC 6749 §2.3.1; the secret may come by header or form, whichever of the two the client registered */
export const clientSecretBasic: ClientAuthentication = {
  methods: METHODS,
  identify(ctx) {
    const header = basicHeader(ctx)
    if (header === undefined) return undefined
    const credentials = readBasicCredentials(header)
    ctx.oidc.credentials = credentials
    const { clientId } = credentials
    const named = ctx.oidc.param('client_id')
    if (named !== undefined && named !== clientId) {
      throw new InvalidRequest('mismatch in body and authorization client ids').because(
        CLIENT_AUTH.ids_differ,
      )
    }
    return clientId
  },
  authenticate(ctx, rt, client) {
    const { clientSecret } = ctx.oidc.credentials ?? readBasicCredentials(ctx.get('authorization'))
    if (clientSecret === '')
      throw new InvalidRequest('client_secret must be provided in the Authorization header').because(
        CLIENT_AUTH.secret_missing,
      )
    return checkSecret(ctx, rt, client, clientSecret)
  },
  refuse,
}

/** @see RFC 6749 §2.3.1 */
export const clientSecretPost: ClientAuthentication = {
  methods: METHODS,
  identify(ctx) {
    if (ctx.oidc.param('client_secret') === undefined) return undefined
    const clientId = ctx.oidc.param('client_id')
    if (clientId === undefined) throw missingParameter('client_id')
    return clientId
  },
  authenticate: (ctx, rt, client) => checkSecret(ctx, rt, client, ctx.oidc.param('client_secret') ?? ''),
  refuse,
}
