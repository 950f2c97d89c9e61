import type { Middleware } from 'koa'
import { layout } from '../../actions/pages/layout.ts'
import { plainAppearance } from '../../actions/pages/make_screens.ts'
import { type Page, renderPage } from '../../engine/render_page.ts'
import type { Appearance } from '../../engine/screens/appearance.ts'
import { displayText } from '../../helpers/display_text.ts'
import { type Html, html } from '../../helpers/http/html.ts'
import type { TestProvider } from '../test_provider.ts'
import { isFromThisDevice } from './is_from_this_device.ts'
import type { Entry, Journal } from './journal.ts'

const SECONDS = 3

const tokenPart = ([name, claims]: Entry['tokens'][number]): Html =>
  html`<div><dt>${name}</dt><dd><code>${JSON.stringify(claims, null, 2)}</code></dd></div>\n`

const entryItem = ({ at, what, why, advice, tokens }: Entry): Html =>
  html`<li>${displayText(what, 300)}<small><time datetime="${at.toISOString()}">${at.toISOString().slice(11, 19)}</time></small>
${why !== undefined && html`<p class="fault">${displayText(why, 1000)}</p>\n`}${advice !== undefined && html`<p class="quiet">${advice}</p>\n`}${tokens.length > 0 && html`<dl>\n${tokens.map(tokenPart)}</dl>\n`}</li>\n`

/** What the live page knows. */
export interface LiveView {
  readonly issuer: string
  /** Where the discovery document is. */
  readonly discovery: string
  /** Where the page is. */
  readonly path: string
  readonly entries: readonly Entry[]
  readonly isPaused: boolean
}

/** Tells what has happened, in English: most of it is what stands in the code and the specifications. */
export function whatHappensPage(appearance: Appearance, view: LiveView): Page {
  const { issuer, discovery, path, entries, isPaused } = view
  const list =
    entries.length === 0
      ? html`<p class="note">Nothing yet. Send an authorization request.</p>`
      : html`<ul>\n${entries.map(entryItem)}</ul>`
  const body = html`<p class="lead">at <strong>${issuer}</strong>, described by its
<a href="${discovery}">discovery document</a></p>
<p><a href="${path}${!isPaused && '?paused='}">${isPaused ? 'Go on' : 'Pause'}</a></p>
${list}`
  return layout(appearance, {
    title: 'What happens',
    isWide: true,
    ...(!isPaused && { head: html`<meta http-equiv="refresh" content="${SECONDS}">\n` }),
    body,
  })
}

/** Shows what happens, as it happens: the page asks again every few seconds, until it is told to rest. */
export function livePage(test: TestProvider, journal: Journal, path: string): Middleware {
  const appearance = plainAppearance()
  return (ctx, next) => {
    if (ctx.path !== path || ctx.method !== 'GET' || !isFromThisDevice(ctx, test.issuer)) return next()
    const { issuer, provider } = test
    const isPaused = ctx.query['paused'] !== undefined
    const { entries } = journal
    const view = { issuer, discovery: provider.pathFor('discovery'), path, entries, isPaused }
    renderPage(ctx, whatHappensPage(appearance, view))
    return undefined
  }
}
