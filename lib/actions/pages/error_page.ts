import type { ErrorOut } from '../../../types/errors.ts'
import type { Page } from '../../engine/render_page.ts'
import { type Html, html } from '../../helpers/http/html.ts'
import { type ClientView, clientName, isolated } from './client_view.ts'
import { layout } from './layout.ts'

const BY_APPLICATION =
  'The application sent you here with a request that cannot be answered. Go back to it and try again; if it happens again, tell the people who run it.'

/** What a person can do about it. */
const HINTS: ReadonlyMap<string, string> = new Map([
  ['access_denied', 'Access was not allowed. You can close this page or go back to the application.'],
  ['expired_token', 'It took too long. Go back to the application and start again.'],
  ['login_required', 'You have to sign in first. Go back to the application and start again.'],
  ['server_error', 'This is our mistake, not yours. Try again in a moment.'],
  ['temporarily_unavailable', 'This takes longer than it should. Try again in a moment.'],
])

const NAMES: ReadonlyMap<string, string> = new Map([
  ['error', 'Error'],
  ['error_description', 'Description'],
])

function row([name, value]: readonly [string, unknown]): Html {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '')
  return html`<div><dt>${NAMES.get(name) ?? html`<code>${isolated(name)}</code>`}</dt><dd>${isolated(text, 500)}</dd></div>\n`
}

/** What is known beyond the error itself. */
export interface ErrorView {
  title?: string | undefined
  /** What a person can do about it. */
  hint?: string | undefined
  /** Where they can start again. */
  back?: { client: ClientView; url: string } | undefined
}

/** Tells about an error that cannot go to the client. Every member may hold what a stranger wrote. */
export function errorPage(out: ErrorOut, { title, hint, back }: ErrorView = {}): Page {
  const members = Object.entries(out).filter(([, value]) => value !== undefined)
  const body = html`<p class="lead">${hint ?? HINTS.get(out.error) ?? BY_APPLICATION}</p>
${
  back !== undefined &&
  html`<a class="button" href="${back.url}" rel="noreferrer">Back to ${clientName(back.client)}</a>
`
}<h2>Details for developers</h2>
<dl>
${members.map(row)}</dl>`
  return layout({ title: title ?? 'Something went wrong', body, formActions: [] })
}
