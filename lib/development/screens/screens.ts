import type { Context, Middleware } from 'koa'
import type { Interaction, InteractionResults } from '../../../types/models.ts'
import { appearanceOf } from '../../actions/pages/appearance_of.ts'
import { errorPage } from '../../actions/pages/error_page.ts'
import { prefersHtml } from '../../actions/pages/prefers_html.ts'
import { renderPage } from '../../engine/render_page.ts'
import type { Appearance } from '../../engine/screens/appearance.ts'
import { parseJsonObject } from '../../helpers/parse_json_object.ts'
import { errors, type Provider } from '../../index.ts'
import { readBody } from '../read_body.ts'
import type { Users } from '../users.ts'
import { allowAll } from './allow.ts'
import { consentPage, editPage, pickPage, type Visit } from './pages.ts'

/** What screens work on. */
export interface ScreenParts {
  readonly provider: Provider
  readonly users: Users
  /** Path of every screen, before the name of the interaction. */
  readonly path: string
  /** Whether a `login_hint` that names a user is believed. */
  readonly autoLogin: boolean
  /** Keeps somebody's claims. */
  changeUser(sub: string, claims: Readonly<Record<string, unknown>>): void
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '')

/** Who is logged in, where that is all the request needs. */
const signedIn = ({ prompt, session }: Interaction): string | undefined =>
  prompt.name === 'login' ? undefined : session?.accountId

/** Who logs in without being asked: whom the client names. @see OpenID Connect Core 1.0 §3.1.2.1 (login_hint) */
function hinted({ users, autoLogin }: ScreenParts, interaction: Interaction): string | undefined {
  if (!autoLogin) return undefined
  const hint = text(interaction.params['login_hint'])
  return users.has(hint) ? hint : signedIn(interaction)
}

/** How the screens look and speak, as the client wants it for the person. */
function appearanceFor(ctx: Context, provider: Provider, interaction?: Interaction): Appearance {
  const oidc = new provider.OIDCContext(ctx)
  const uiLocales = interaction?.params['ui_locales']
  if (typeof uiLocales === 'string') oidc.understand('uiLocales', uiLocales)
  return appearanceOf({ oidc })
}

function show(ctx: Context, interaction: Interaction, { provider, users, path }: ScreenParts): void {
  const visit: Visit = {
    appearance: appearanceFor(ctx, provider, interaction),
    action: `${path}${interaction.uid}`,
    clientId: text(interaction.params['client_id']),
    scope: text(interaction.params['scope']),
  }
  const { edit, switch: isSwitch } = ctx.query
  const account = signedIn(interaction)
  if (typeof edit === 'string') {
    const claims = JSON.stringify(users.get(edit) ?? { name: '', email: '' }, null, 2)
    renderPage(ctx, editPage(visit, { sub: edit, claims }))
  } else if (account === undefined || isSwitch !== undefined) renderPage(ctx, pickPage(visit, users))
  else renderPage(ctx, consentPage(visit, users.nameOf(account)))
}

/** Takes claims that were typed. @returns what is wrong with them */
function takeClaims(parts: ScreenParts, sub: string, typed: string): string | undefined {
  try {
    parts.changeUser(sub, parseJsonObject(typed))
    return undefined
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

/** What a form says. @returns nothing where it has to be shown again */
async function decide(
  ctx: Context,
  interaction: Interaction,
  parts: ScreenParts,
): Promise<InteractionResults | undefined> {
  const form = new URLSearchParams(await readBody(ctx.req))
  if (form.get('decision') === 'refuse')
    return { error: 'access_denied', error_description: 'End-User aborted interaction' }
  const user = form.get('user') ?? signedIn(interaction) ?? ''
  const typed = form.get('claims')
  const fault = typed === null ? undefined : takeClaims(parts, user, typed)
  if (fault !== undefined) {
    const visit = {
      appearance: appearanceFor(ctx, parts.provider, interaction),
      action: ctx.path,
      clientId: text(interaction.params['client_id']),
      scope: '',
    }
    ctx.status = 422
    renderPage(ctx, editPage(visit, { sub: user, claims: typed ?? '', fault }))
    return undefined
  }
  if (!parts.users.has(user)) throw new errors.InvalidRequest('there is no such user')
  return allowAll(parts.provider, interaction, user)
}

async function serve(ctx: Context, parts: ScreenParts): Promise<void> {
  const { provider } = parts
  const interaction = await provider.interactionDetails(ctx.req, ctx.res)
  const hint = ctx.method === 'GET' ? hinted(parts, interaction) : undefined
  if (ctx.method === 'GET' && hint === undefined) return show(ctx, interaction, parts)
  const result =
    hint === undefined ? await decide(ctx, interaction, parts) : await allowAll(provider, interaction, hint)
  if (result === undefined) return
  ctx.redirect(await provider.interactionResult(ctx.req, ctx.res, result))
  ctx.status = 303
}

/** The screens of a provider for development: they offer the configured users, and ask for no password. */
export const screens =
  (parts: ScreenParts): Middleware =>
  async (ctx, next) => {
    if (!ctx.path.startsWith(parts.path) || !/^(?:GET|POST)$/.test(ctx.method)) return next()
    try {
      await serve(ctx, parts)
    } catch (error) {
      if (!(error instanceof errors.OIDCProviderError)) throw error
      ctx.status = error.status
      const { error: code, error_description: description, error_detail: detail } = error
      const out = { error: code, error_description: [description, detail].filter(Boolean).join(': ') }
      if (prefersHtml(ctx)) renderPage(ctx, errorPage(appearanceFor(ctx, parts.provider), out))
      else ctx.body = `${code}: ${out.error_description}\n`
    }
  }
