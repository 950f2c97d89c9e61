import type { Page } from '../../engine/render_page.ts'
import { redirectSources } from '../../helpers/http/content_security_policy.ts'
import { html } from '../../helpers/http/html.ts'
import { layout } from './layout.ts'

export interface SubmittingPage {
  title: string
  /** An absolute URL, or a path of this provider. */
  action: string
  /** Sent as they are; members that are `undefined` are left out. */
  fields: Readonly<Record<string, string | number | undefined>>
  /** Where the redirects after the form lead, besides its action. */
  formActions?: readonly string[]
}

/** The prototype's method, because a field called "submit" would hide the form's own. */
const SUBMIT = 'HTMLFormElement.prototype.submit.call(document.forms[0])'

/** A form that submits itself; where scripts do not run, a person presses its button. */
export function submittingPage({ title, action, fields, formActions = [] }: SubmittingPage): Page {
  const targets = URL.canParse(action) ? redirectSources(action) : ["'self'"]
  const inputs = Object.entries(fields).map(
    ([name, value]) => value !== undefined && html`<input type="hidden" name="${name}" value="${value}">\n`,
  )
  const body = html`<p class="lead">If nothing happens, press the button.</p>
<form method="post" action="${action}">
${inputs}<button type="submit">Continue</button>
</form>`
  return layout({ title, body, script: SUBMIT, formActions: [...targets, ...formActions] })
}
