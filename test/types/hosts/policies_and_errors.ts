/** Builds policies out of the classes, and throws and reads every error that version 8 declares. */
import Provider, {
  errors,
  interactionPolicy,
  type KoaContextWithOIDC,
  type UnknownObject,
} from 'oidc-provider'

const { Check, Prompt, base } = interactionPolicy

export function makePolicy(): interactionPolicy.DefaultPolicy {
  const policy: interactionPolicy.DefaultPolicy = base()
  const mfa = new Check(
    'acr_missing',
    'a second factor is needed',
    'login_required',
    async (ctx: KoaContextWithOIDC) =>
      ctx.oidc.acr === 'urn:mfa' ? Check.NO_NEED_TO_PROMPT : Check.REQUEST_PROMPT,
    async ({ oidc }): Promise<UnknownObject> => ({ wanted: oidc.claims.id_token?.['acr'] ?? null }),
  )
  const terms = new Prompt(
    { name: 'terms', requestable: true },
    (ctx) => ({ version: ctx.oidc.client?.tosUri }),
    new Check('terms_outdated', 'there are new terms', (ctx) => ctx.oidc.session?.state?.['terms'] !== 2),
    new Check(
      'terms_missing',
      'terms were never accepted',
      'terms_required',
      () => false,
      () => ({}),
    ),
  )
  const select: interactionPolicy.Prompt = new Prompt({ name: 'select_account', requestable: true })
  policy.add(select, 0)
  policy.add(terms)
  policy.get('login')?.checks.add(mfa, 0)
  policy.get('consent')!.checks.remove('native_client_prompt')
  policy.get('consent')!.checks.get('rs_scopes_missing')!.check = () => Check.NO_NEED_TO_PROMPT
  const check: interactionPolicy.Check | undefined = policy.get('login')?.checks.get('no_session')
  if (check) [check.reason, check.description, check.error] = ['none', 'nobody', 'login_required']
  policy.find(({ name, requestable }) => name === 'login' && requestable)?.checks.clear()
  policy.remove('select_account')
  return policy
}

export class TooManyAttempts extends errors.OIDCProviderError {
  constructor() {
    super(429, 'too_many_attempts')
    this.error_description = 'try again later'
    this.expose = true
    this.allow_redirect = false
    Object.assign(this, { error_detail: 'counted' })
  }
}

export const all: errors.OIDCProviderError[] = [
  new errors.OIDCProviderError(400, 'invalid_request'),
  new errors.ExpiredLoginHintToken('description', 'detail'),
  new errors.InvalidBindingMessage('description', 'detail'),
  new errors.InvalidUserCode('description', 'detail'),
  new errors.MissingUserCode('description', 'detail'),
  new errors.TransactionFailed('description', 'detail'),
  new errors.UnknownUserId('description', 'detail'),
  new errors.AccessDenied('description', 'detail'),
  new errors.AuthorizationPending('description', 'detail'),
  new errors.ConsentRequired('description', 'detail'),
  new errors.ExpiredToken('description', 'detail'),
  new errors.InteractionRequired('description', 'detail'),
  new errors.InvalidClient('description', 'detail'),
  new errors.InvalidDpopProof('description', 'detail'),
  new errors.InvalidClientAuth('detail'),
  new errors.InvalidClientMetadata('description'),
  new errors.InvalidGrant('detail'),
  new errors.InvalidRequest('description', 400),
  new errors.SessionNotFound('description', 400),
  new errors.InvalidRequestObject('description', 'detail'),
  new errors.InvalidRequestUri('description', 'detail'),
  new errors.InvalidScope('description', 'scope'),
  new errors.InsufficientScope('description', 'scope'),
  new errors.InvalidSoftwareStatement('description', 'detail'),
  new errors.InvalidTarget('description', 'detail'),
  new errors.InvalidToken('detail'),
  new errors.LoginRequired('description', 'detail'),
  new errors.InvalidRedirectUri('description', 'detail'),
  new errors.RegistrationNotSupported('description', 'detail'),
  new errors.RequestNotSupported('description', 'detail'),
  new errors.RequestUriNotSupported('description', 'detail'),
  new errors.SlowDown('description', 'detail'),
  new errors.TemporarilyUnavailable('description', 'detail'),
  new errors.UnapprovedSoftwareStatement('description', 'detail'),
  new errors.UnauthorizedClient('description', 'detail'),
  new errors.UnsupportedGrantType('description', 'detail'),
  new errors.UnsupportedResponseMode('description', 'detail'),
  new errors.UnsupportedResponseType('description', 'detail'),
  new errors.CustomOIDCProviderError('message', 'description'),
  new errors.UnmetAuthenticationRequirements('message', 'description'),
  new TooManyAttempts(),
]

export function answerFor(error: unknown): [number, string] {
  if (error instanceof errors.SessionNotFound) return [400, 'start again']
  if (error instanceof errors.InvalidRequest) return [error.statusCode, error.message]
  if (error instanceof errors.OIDCProviderError) return [error.status, error.error_description ?? error.error]
  return [500, 'server_error']
}

export const provider = new Provider('https://op.example.com', { interactions: { policy: makePolicy() } })
