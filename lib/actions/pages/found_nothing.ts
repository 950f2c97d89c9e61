import type { Page } from '../../engine/render_page.ts'
import { html } from '../../helpers/http/html.ts'
import { isolated } from './client_view.ts'
import { layout } from './layout.ts'

/** For people who look at the provider itself. */
export function startPage(issuer: string, discovery: string): Page {
  const body = html`<p class="lead">Applications let people sign in at <strong>${isolated(issuer, 300)}</strong>. To use it, start at the application.</p>
<p><a href="${discovery}">Configuration for developers</a></p>`
  return layout({ title: 'This is a sign-in service', body, formActions: [] })
}

/** For people who followed a wrong link. */
export function notFoundPage(path: string): Page {
  const body = html`<p class="lead">There is nothing at <code>${isolated(path, 200)}</code>. Go back to the application you came from and start again.</p>`
  return layout({ title: 'Page not found', body, formActions: [] })
}
