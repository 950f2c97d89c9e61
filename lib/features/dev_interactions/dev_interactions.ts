import type { Client, InteractionResults } from '../../../types/models.ts'
import { authorizationErrors } from '../../actions/authorization/authorization_errors.ts'
import {
  currentInteraction,
  storeResult,
} from '../../actions/authorization/interaction/interaction_result.ts'
import { recallingApplication } from '../../actions/authorization/interaction/recall_application.ts'
import { INTERACTION } from '../../actions/authorization/reasons.ts'
import { goOn } from '../../actions/pages/go_on.ts'
import type { Ctx } from '../../engine/context.ts'
import { type Action, defineAction } from '../../engine/define_action.ts'
import { readForm } from '../../engine/read_form.ts'
import { renderPage } from '../../engine/render_page.ts'
import type { Runtime, Step } from '../../engine/runtime.ts'
import { noStore } from '../../engine/wraps/no_store.ts'
import { InvalidRequest, SessionNotFound } from '../../helpers/errors.ts'
import type { Grant } from '../../models/grant.ts'
import type { Interaction } from '../../models/interaction.ts'
import { consentPage } from './consent_page.ts'
import { loginPage } from './login_page.ts'
import { DEV_INTERACTIONS } from './reasons.ts'
import { loginTexts } from './texts.ts'

const PATH = '/interaction/:uid'
const wraps = [noStore, authorizationErrors('authorization.error')]

const strings = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []

/** What a consent prompt lists as missing. */
function missing({ prompt: { details } }: Interaction) {
  const resources = Object.entries(details['missingResourceScopes'] ?? {})
  return {
    scopes: strings(details['missingOIDCScope']),
    claims: strings(details['missingOIDCClaims']),
    resourceScopes: Object.fromEntries(resources.map(([indicator, scopes]) => [indicator, strings(scopes)])),
  }
}

/** Finds the interaction of the browser, and the client it is for. */
const loadScreen: Step = async (ctx, rt) => {
  const uid = String(ctx.params.uid)
  const interaction = await recallingApplication(ctx, rt, uid, async () => {
    const current = await currentInteraction(rt, ctx)
    if (current.uid !== uid)
      throw new SessionNotFound('interaction was started elsewhere').because(INTERACTION.started_elsewhere)
    return current
  })
  const client = await rt.findClient(String(interaction.params['client_id']))
  if (client === undefined)
    throw new InvalidRequest('the client is gone').because(DEV_INTERACTIONS.client_gone)
  ctx.oidc.entity('Interaction', interaction)
  ctx.oidc.entity('Client', client)
}

/** Members of every screen. */
function frame(ctx: Ctx, client: Client, interaction: Interaction) {
  const { uid } = interaction
  const redirectUri = interaction.params['redirect_uri'] ?? client.redirectUris[0]
  const target = typeof redirectUri === 'string' ? redirectUri : ''
  return {
    client,
    action: ctx.oidc.pathFor('interaction_submit', { uid }),
    abortUrl: ctx.oidc.pathFor('interaction_abort', { uid }),
    switchUrl: ctx.oidc.pathFor('interaction_switch', { uid }),
    accountId: interaction.session?.accountId,
    redirectUri: target,
  }
}

function renderScreen(ctx: Ctx, error?: string): void {
  const interaction = ctx.oidc.loaded('Interaction')
  const shared = frame(ctx, ctx.oidc.loaded('Client'), interaction)
  const { name, details } = interaction.prompt
  if (name === 'login') {
    const hint = details['login_hint']
    renderPage(
      ctx,
      loginPage(ctx.oidc.appearance, {
        ...shared,
        error,
        loginHint: typeof hint === 'string' ? hint : undefined,
      }),
    )
  } else if (name === 'consent') {
    renderPage(ctx, consentPage(ctx.oidc.appearance, { ...shared, ...missing(interaction) }))
  } else {
    throw new InvalidRequest(`the development screens do not know the prompt ${name}`, 501).because(
      DEV_INTERACTIONS.prompt_unknown,
      { seen: [name] },
    )
  }
}

const showScreen: Step = (ctx) => renderScreen(ctx)

/** What the form says that somebody else uses at the consent screen. */
const SWITCH = 'switch_account'

function renderSwitch(ctx: Ctx, error?: string): void {
  const interaction = ctx.oidc.loaded('Interaction')
  if (interaction.prompt.name !== 'consent')
    throw new InvalidRequest('nobody is signed in at this screen').because(DEV_INTERACTIONS.nobody_signed_in)
  const shared = frame(ctx, ctx.oidc.loaded('Client'), interaction)
  renderPage(ctx, loginPage(ctx.oidc.appearance, { ...shared, error, prompt: SWITCH }))
}

const showSwitch: Step = (ctx) => renderSwitch(ctx)

/** Adds to what the end-user allowed before, or starts a new grant. */
async function grantFor(ctx: Ctx, rt: Runtime, interaction: Interaction): Promise<Grant> {
  const before =
    interaction.grantId === undefined ? undefined : await rt.models.Grant.find(interaction.grantId, { ctx })
  const { clientId } = ctx.oidc.loaded('Client')
  return before ?? new rt.models.Grant({ clientId, accountId: interaction.session?.accountId })
}

async function consent(ctx: Ctx, rt: Runtime): Promise<InteractionResults> {
  const interaction = ctx.oidc.loaded('Interaction')
  const grant = await grantFor(ctx, rt, interaction)
  const { scopes, claims, resourceScopes } = missing(interaction)
  if (scopes.length > 0) grant.addOIDCScope(scopes.join(' '))
  if (claims.length > 0) grant.addOIDCClaims(claims)
  for (const [indicator, names] of Object.entries(resourceScopes))
    grant.addResourceScope(indicator, names.join(' '))
  return { consent: { grantId: await grant.save() } }
}

/** Ends the screen. The way back is a path, too: the browser may know the provider by another address. */
async function finish(ctx: Ctx, rt: Runtime, result: InteractionResults): Promise<void> {
  await storeResult(rt, ctx, result, true)
  const { returnTo } = ctx.oidc.loaded('Interaction')
  goOn(ctx, new URL(returnTo).pathname)
}

/** Any login with any password is right. */
async function signIn(ctx: Ctx, rt: Runtime, ask: (ctx: Ctx, error: string) => void): Promise<void> {
  const accountId = ctx.oidc.param('login')?.trim()
  if (!accountId) return ask(ctx, ctx.oidc.appearance.texts(loginTexts).missing)
  await finish(ctx, rt, { login: { accountId } })
}

/** Takes what the end-user sent. */
const submitScreen: Step = async (ctx, rt) => {
  const { prompt } = ctx.oidc.loaded('Interaction')
  const sent = ctx.oidc.param('prompt')
  if (sent === SWITCH && prompt.name === 'consent') return signIn(ctx, rt, renderSwitch)
  if (sent !== prompt.name)
    throw new InvalidRequest('this form belongs to another screen').because(DEV_INTERACTIONS.other_screen)
  if (prompt.name === 'login') return signIn(ctx, rt, renderScreen)
  if (prompt.name !== 'consent')
    throw new InvalidRequest(`the development screens do not know the prompt ${prompt.name}`, 501).because(
      DEV_INTERACTIONS.prompt_unknown,
      { seen: [prompt.name] },
    )
  await finish(ctx, rt, await consent(ctx, rt))
}

const abortScreen: Step = async (ctx, rt) => {
  await finish(ctx, rt, { error: 'access_denied', error_description: 'End-User aborted interaction' })
}

/** Screens to log in and consent with while there are none yet. */
export const devInteractionActions: readonly Action[] = [
  defineAction({ name: 'interaction', methods: ['GET'], path: PATH, wraps, steps: [loadScreen, showScreen] }),
  defineAction({
    name: 'interaction_submit',
    methods: ['POST'],
    path: PATH,
    params: ['prompt', 'login', 'password'],
    wraps,
    steps: [loadScreen, readForm, submitScreen],
  }),
  defineAction({
    name: 'interaction_switch',
    methods: ['GET'],
    path: `${PATH}/switch`,
    wraps,
    steps: [loadScreen, showSwitch],
  }),
  defineAction({
    name: 'interaction_abort',
    methods: ['GET'],
    path: `${PATH}/abort`,
    wraps,
    steps: [loadScreen, abortScreen],
  }),
]
