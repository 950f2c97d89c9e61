import type { Page } from '../../engine/render_page.ts'
import type { Appearance } from '../../engine/screens/appearance.ts'
import { html } from '../../helpers/http/html.ts'
import { layout } from './layout.ts'
import { commonTexts } from './texts/common_texts.ts'

export interface SubmittingPage {
  /** @default 'One moment', in the language of the page */
  title?: string
  /** An absolute URL. */
  action: string
  /** Sent as they are; members that are `undefined` are left out. */
  fields: Readonly<Record<string, string | number | undefined>>
  /** Where it may lead, for a form that stays here. @default anywhere */
  formActions?: readonly string[]
}

/** The prototype's method, because a field called "submit" would hide the form's own. */
const SUBMIT = 'HTMLFormElement.prototype.submit.call(document.forms[0])'

/**
 * A form that submits itself; where scripts do not run, a person presses its button. Browsers hold every redirect
 * after a form against `form-action`, and clients send the browser on to wherever they are: another origin, their
 * own scheme, a loopback address. So there is none; nobody fills this form in.
 * @see Content Security Policy Level 3 §6.4.1
 */
export function submittingPage(
  appearance: Appearance,
  { title, action, fields, formActions }: SubmittingPage,
): Page {
  const texts = appearance.texts(commonTexts)
  const inputs = Object.entries(fields).map(
    ([name, value]) => value !== undefined && html`<input type="hidden" name="${name}" value="${value}">\n`,
  )
  const body = html`<p class="lead">${texts.nothingHappens}</p>
<form method="post" action="${action}">
${inputs}<button type="submit">${texts.continue}</button>
</form>`
  return layout(appearance, {
    title: title ?? texts.oneMoment,
    body,
    script: SUBMIT,
    formActions: formActions ?? 'anywhere',
  })
}
