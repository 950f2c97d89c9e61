import type { Middleware } from 'koa'
import { layout } from '../../actions/pages/layout.ts'
import { renderPage } from '../../engine/render_page.ts'
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

/** Shows what happens, as it happens: the page asks again every few seconds, until it is told to rest. */
export const livePage =
  (test: TestProvider, journal: Journal, path: string): Middleware =>
  (ctx, next) => {
    if (ctx.path !== path || ctx.method !== 'GET' || !isFromThisDevice(ctx, test.issuer)) return next()
    const isPaused = ctx.query['paused'] !== undefined
    const { entries } = journal
    const list =
      entries.length === 0
        ? html`<p class="note">Nothing yet. Send an authorization request.</p>`
        : html`<ul>\n${entries.map(entryItem)}</ul>`
    const body = html`<p class="lead">at <strong>${test.issuer}</strong>, described by its
<a href="${test.provider.pathFor('discovery')}">discovery document</a></p>
<p><a href="${path}${!isPaused && '?paused='}">${isPaused ? 'Go on' : 'Pause'}</a></p>
${list}`
    renderPage(
      ctx,
      layout({
        title: 'What happens',
        isWide: true,
        ...(!isPaused && { head: html`<meta http-equiv="refresh" content="${SECONDS}">\n` }),
        body,
      }),
    )
    return undefined
  }
