import { isolated } from '../../actions/pages/client_view.ts'
import { layout } from '../../actions/pages/layout.ts'
import { commonTexts } from '../../actions/pages/texts/common_texts.ts'
import type { Page } from '../../engine/render_page.ts'
import type { Appearance } from '../../engine/screens/appearance.ts'
import { fillIn } from '../../helpers/http/fill_in.ts'
import { type Html, html } from '../../helpers/http/html.ts'
import type { Users } from '../users.ts'
import { developmentTexts } from './texts.ts'

/** What every screen of an interaction knows. */
export interface Visit {
  readonly appearance: Appearance
  /** Where its forms go, and where it is. */
  readonly action: string
  readonly clientId: string
  /** What is asked for, separated by spaces. */
  readonly scope: string
}

// Answers lead back to clients, wherever they are: a policy for forms would stop the redirect.
const formActions = 'anywhere'

function lead({ appearance, clientId, scope }: Visit): Html {
  const client = html`<strong>${isolated(clientId)}</strong>`
  const { signInFor } = appearance.texts(commonTexts)
  const { asks } = appearance.texts(developmentTexts)
  const asked = html`<code>${isolated(scope, 300)}</code>`
  return html`<p class="lead">${fillIn(signInFor, { client })}</p>
${scope !== '' && html`<p class="quiet">${fillIn(asks, { scope: asked })}</p>\n`}`
}

const refusal = ({ appearance, action }: Visit): Html => html`<form method="post" action="${action}">
<button class="second" name="decision" value="refuse">${appearance.texts(developmentTexts).refuse}</button>
</form>`

function userButton({ appearance, action }: Visit, users: Users, sub: string): Html {
  const { editClaims } = appearance.texts(developmentTexts)
  return html`<li><button name="user" value="${sub}">${isolated(users.nameOf(sub))}</button>
<small>${isolated(sub)} · <a href="${action}?edit=${encodeURIComponent(sub)}" aria-label="${editClaims}: ${users.nameOf(sub)}">${editClaims}</a></small></li>\n`
}

/** Offers everybody who may log in. */
export function pickPage(visit: Visit, users: Users): Page {
  const { appearance, action } = visit
  const texts = appearance.texts(developmentTexts)
  const body = html`${lead(visit)}<form method="post" action="${action}">
<h2 id="users">${texts.who}</h2>
<ul aria-labelledby="users">
${[...users.keys()].map((sub) => userButton(visit, users, sub))}</ul>
</form>
<p><a href="${action}?edit=">${texts.somebodyNew}</a></p>
${refusal(visit)}
<footer><p>${texts.note}</p></footer>`
  return layout(appearance, { title: appearance.texts(commonTexts).signIn, body, formActions })
}

/** What somebody typed, and what was wrong with it. */
export interface Edited {
  readonly sub: string
  readonly claims: string
  readonly fault?: string | undefined
}

/** Claims of one person, to be changed before the login. */
export function editPage(visit: Visit, { sub, claims, fault }: Edited): Page {
  const { appearance, action } = visit
  const texts = appearance.texts(developmentTexts)
  const faulty = fault !== undefined && html` aria-invalid="true" aria-describedby="fault"`
  const why = fault !== undefined && html`<bdi lang="en" dir="ltr">${fault}</bdi>`
  const body = html`${lead(visit)}${fault !== undefined && html`<p class="fault" role="alert" id="fault">${fillIn(texts.noClaims, { why })}</p>\n`}<form method="post" action="${action}">
<label for="user">${fillIn(texts.subject, { sub: html`<code>sub</code>` })}</label>
<input id="user" name="user" required maxlength="255" dir="auto" autocapitalize="none" autocomplete="off" spellcheck="false" value="${sub}">
<label for="claims">${texts.claims}</label>
<textarea id="claims" name="claims" rows="10" dir="ltr" spellcheck="false"${faulty}>
${claims}</textarea>
<p class="quiet">${texts.stay}</p>
<button type="submit">${appearance.texts(commonTexts).signIn}</button>
</form>
<a class="button second" href="${action}">${texts.back}</a>`
  return layout(appearance, { title: texts.editTitle, body, formActions })
}

/** Asks somebody who is signed in already. */
export function consentPage(visit: Visit, name: string): Page {
  const { appearance, action } = visit
  const { allowAccess, signedInAs, notYou } = appearance.texts(commonTexts)
  const account = html`<strong>${isolated(name)}</strong>`
  const body = html`${lead(visit)}<p class="account">${fillIn(signedInAs, { account })} <a href="${action}?switch=">${notYou}</a></p>
<form method="post" action="${action}">
<button name="decision" value="allow">${appearance.texts(developmentTexts).allow}</button>
</form>
${refusal(visit)}`
  return layout(appearance, { title: allowAccess, body, formActions })
}
