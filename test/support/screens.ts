import type { Middleware } from 'koa'
import type Provider from '../../lib/index.ts'
import type { Configuration } from '../../types/configuration.ts'
import type { InteractionResults } from '../../types/models.ts'
import { pkce, type RunningProvider, startProvider } from './start_provider.ts'
import type { UserAgent } from './user_agent.ts'

type Details = Awaited<ReturnType<Provider['interactionDetails']>>

/** What one visit to a screen saw, and how it answers. */
export type Screen = (
  interaction: Details,
  provider: Provider,
) => InteractionResults | Promise<InteractionResults>

export interface Screens {
  op: RunningProvider
  /** Every interaction a screen was asked for, in order. */
  seen: Details[]
  /** Errors that `interactionDetails` threw. */
  refused: unknown[]
}

/**
 * Starts a provider whose screens are the test's own.
 * @param options.merges passed on to `interactionFinished`
 */
export async function startScreens(
  configuration: Configuration,
  screen: Screen,
  options: { merges?: boolean; use?: readonly Middleware[] } = {},
): Promise<Screens> {
  const seen: Details[] = []
  const refused: unknown[] = []
  const op: RunningProvider = await startProvider(configuration, {
    use: [
      ...(options.use ?? []),
      async (ctx, next) => {
        if (!ctx.path.startsWith('/interaction/')) return next()
        const { provider } = op
        try {
          const interaction = await provider.interactionDetails(ctx.req, ctx.res)
          seen.push(interaction)
          const result = await screen(interaction, provider)
          ctx.respond = false
          await provider.interactionFinished(ctx.req, ctx.res, result, {
            mergeWithLastSubmission: options.merges ?? true,
          })
        } catch (error) {
          refused.push(error)
          ctx.respond = true
          ctx.status = 400
          ctx.body = 'refused'
        }
      },
    ],
  })
  return { op, seen, refused }
}

/** Consents to everything that is asked for. */
export async function consent(
  { params, session, grantId, prompt }: Details,
  provider: Provider,
): Promise<InteractionResults> {
  const existing = grantId === undefined ? undefined : await provider.Grant.find(grantId)
  const grant =
    existing ??
    new provider.Grant({ accountId: String(session?.accountId), clientId: String(params['client_id']) })
  grant.addOIDCScope(String(params['scope'] ?? ''))
  const { missingOIDCClaims } = prompt.details
  if (Array.isArray(missingOIDCClaims)) grant.addOIDCClaims(missingOIDCClaims.map(String))
  return { consent: { grantId: await grant.save() } }
}

/** Logs this account in and consents to everything. */
export const logsIn =
  (accountId = 'alice', login: Record<string, unknown> = {}): Screen =>
  (interaction, provider) =>
    interaction.prompt.name === 'login' ? { login: { accountId, ...login } } : consent(interaction, provider)

/** Sends an authorization request with PKCE, and follows no redirect. */
export function ask(
  op: RunningProvider,
  agent: UserAgent,
  params: Record<string, string> = {},
): Promise<Response> {
  const proof = { code_challenge: pkce().challenge, code_challenge_method: 'S256' }
  return agent.get(op.authorizationUrl({ ...proof, ...params }))
}

/** The members of the answer that a redirect takes to the client. */
export const answerOf = (response: Response): URLSearchParams =>
  new URL(response.headers.get('location') ?? 'about:blank').searchParams
