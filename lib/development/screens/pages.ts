import { isolated } from '../../actions/pages/client_view.ts'
import { layout } from '../../actions/pages/layout.ts'
import type { Page } from '../../engine/render_page.ts'
import { type Html, html } from '../../helpers/http/html.ts'
import type { Users } from '../users.ts'

/** What every screen of an interaction knows. */
export interface Visit {
  /** Where its forms go, and where it is. */
  readonly action: string
  readonly clientId: string
  /** What is asked for, separated by spaces. */
  readonly scope: string
}

// Answers lead back to clients, wherever they are: a policy for forms would stop the redirect.
const formActions = 'anywhere'

const lead = ({ clientId, scope }: Visit): Html =>
  html`<p class="lead">to go on to <strong>${isolated(clientId)}</strong></p>
${scope !== '' && html`<p class="quiet">It asks for <code>${isolated(scope, 300)}</code>, and gets it.</p>\n`}`

const refusal = (action: string): Html => html`<form method="post" action="${action}">
<button class="second" name="decision" value="refuse">Refuse</button>
</form>`

const userButton = (users: Users, action: string) => (sub: string) =>
  html`<li><button name="user" value="${sub}">${isolated(users.nameOf(sub))}</button>
<small>${isolated(sub)} · <a href="${action}?edit=${encodeURIComponent(sub)}" aria-label="Edit the claims of ${users.nameOf(sub)}">edit claims</a></small></li>\n`

/** Offers everybody who may log in. */
export function pickPage(visit: Visit, users: Users): Page {
  const { action } = visit
  const body = html`${lead(visit)}<form method="post" action="${action}">
<h2 id="users">Who are you?</h2>
<ul aria-labelledby="users">
${[...users.keys()].map(userButton(users, action))}</ul>
</form>
<p><a href="${action}?edit=">Somebody new</a></p>
${refusal(action)}
<footer><p>A server for development: nobody is asked for a password.</p></footer>`
  return layout({ title: 'Sign in', body, formActions })
}

/** What somebody typed, and what was wrong with it. */
export interface Edited {
  readonly sub: string
  readonly claims: string
  readonly fault?: string | undefined
}

/** Claims of one person, to be changed before the login. */
export function editPage(visit: Visit, { sub, claims, fault }: Edited): Page {
  const faulty = fault !== undefined && html` aria-invalid="true" aria-describedby="fault"`
  const body = html`${lead(visit)}${fault !== undefined && html`<p class="fault" role="alert" id="fault">${fault}</p>\n`}<form method="post" action="${visit.action}">
<label for="user">Subject (<code>sub</code>)</label>
<input id="user" name="user" required maxlength="255" autocapitalize="none" autocomplete="off" spellcheck="false" value="${sub}">
<label for="claims">Claims, as JSON</label>
<textarea id="claims" name="claims" rows="10" spellcheck="false"${faulty}>
${claims}</textarea>
<p class="quiet">They stay changed until the server stops.</p>
<button type="submit">Sign in</button>
</form>
<a class="button second" href="${visit.action}">Back</a>`
  return layout({ title: 'Edit claims', body, formActions })
}

/** Asks somebody who is signed in already. */
export function consentPage(visit: Visit, name: string): Page {
  const body = html`${lead(visit)}<p class="account">Signed in as <strong>${isolated(name)}</strong>. <a href="${visit.action}?switch=">Not you?</a></p>
<form method="post" action="${visit.action}">
<button name="decision" value="allow">Allow</button>
</form>
${refusal(visit.action)}`
  return layout({ title: 'Allow access', body, formActions })
}
