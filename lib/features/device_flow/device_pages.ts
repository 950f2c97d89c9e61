import type { DeviceTexts } from '../../../types/features/device_flow.ts'
import { type ClientView, clientLogo, clientName, isolated } from '../../actions/pages/client_view.ts'
import { layout } from '../../actions/pages/layout.ts'
import { commonTexts } from '../../actions/pages/texts/common_texts.ts'
import type { Page } from '../../engine/render_page.ts'
import type { Appearance } from '../../engine/screens/appearance.ts'
import { fillIn } from '../../helpers/http/fill_in.ts'
import { type Html, html, trustedHtml } from '../../helpers/http/html.ts'
import { deviceTexts } from './texts.ts'

const INPUT_FORM_ID = 'op.deviceInputForm'
const CONFIRM_FORM_ID = 'op.deviceConfirmForm'
const MESSAGE_ID = 'op.deviceMessage'

export interface DeviceInputForm {
  action: string
  xsrf: string
  /** What to start with: from the link, or what was entered before. */
  userCode?: string | undefined
  /** Whether the code was refused; the page has to say why. */
  isInvalid?: boolean
}

/** The field for the user code. Its button stands on the page, so that a host's own page can word it. @see RFC 8628 §3.3 */
export function deviceInputForm(
  appearance: Appearance,
  { action, xsrf, userCode, isInvalid = false }: DeviceInputForm,
): string {
  return html`<form id="${INPUT_FORM_ID}" method="post" action="${action}">
<input type="hidden" name="xsrf" value="${xsrf}">
<label for="user_code">${appearance.texts(deviceTexts).code}</label>
<input class="code" id="user_code" name="user_code" type="text" dir="ltr" autocomplete="off" autocapitalize="characters" spellcheck="false" required autofocus aria-describedby="${MESSAGE_ID}"${isInvalid && html` aria-invalid="true"`} value="${userCode}">
</form>`.toString()
}

/** Remembers which code the person is asked about. @see RFC 8628 §3.3.1 */
export function deviceConfirmForm(action: string, xsrf: string, userCode: string): string {
  return html`<form id="${CONFIRM_FORM_ID}" method="post" action="${action}">
<input type="hidden" name="xsrf" value="${xsrf}">
<input type="hidden" name="user_code" value="${userCode}">
<input type="hidden" name="confirm" value="yes">
</form>`.toString()
}

/** What to tell a person whose code was not taken. */
function inputMessage(
  texts: DeviceTexts,
  { name, userCode }: { name: string; userCode?: string | undefined },
): string {
  if (name === 'NoCodeError') return texts.noCode
  if (userCode !== undefined) return texts.refused
  if (name === 'AbortedError') return texts.interrupted
  if (name === 'TooManyAttempts') return texts.tooMany
  return name === 'AccessDenied' ? texts.notConnected : texts.unchecked
}

export interface DeviceInputPage {
  /** Markup of the form `op.deviceInputForm`, made by this provider. */
  form: string
  /** Why the page is shown again. */
  error?: { name: string; userCode?: string | undefined } | undefined
}

/** Asks for the code that the device shows. @see RFC 8628 §3.3 */
export function deviceInputPage(appearance: Appearance, { form, error }: DeviceInputPage): Page {
  const texts = appearance.texts(deviceTexts)
  const message =
    error === undefined
      ? html`<p class="lead" id="${MESSAGE_ID}">${texts.enter}</p>`
      : html`<p class="fault" role="alert" id="${MESSAGE_ID}">${inputMessage(texts, error)}</p>`
  const body = html`${message}
${trustedHtml(form)}
<button type="submit" form="${INPUT_FORM_ID}">${appearance.texts(commonTexts).continue}</button>`
  return layout(appearance, { title: texts.title, body })
}

const INFO_NAMES: ReadonlyMap<string, 'address' | 'program'> = new Map([
  ['ip', 'address'],
  ['ua', 'program'],
])

/** What the device told about itself; a stranger may have written all of it. @see RFC 8628 §5.4 */
const infoRow =
  (texts: DeviceTexts) =>
  ([member, value]: readonly [string, unknown]): Html => {
    const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '')
    const name = INFO_NAMES.get(member)
    return html`<div><dt>${name === undefined ? isolated(member) : texts[name]}</dt><dd>${isolated(text, 200)}</dd></div>\n`
  }

export interface DeviceConfirmPage {
  /** Markup of the form `op.deviceConfirmForm`, made by this provider. */
  form: string
  client: ClientView
  deviceInfo: Readonly<Record<string, unknown>>
  userCode: string
}

/** Asks whether this is the person's own device: somebody else may have sent them the code. @see RFC 8628 §5.4 */
export function deviceConfirmPage(appearance: Appearance, view: DeviceConfirmPage): Page {
  const { form, client, deviceInfo, userCode } = view
  const common = appearance.texts(commonTexts)
  const texts = appearance.texts(deviceTexts)
  const info = Object.entries(deviceInfo).filter(([, value]) => value !== undefined && value !== '')
  const name = html`<strong>${clientName(client)}</strong>`
  const body = html`<p class="lead">${fillIn(texts.asks, { client: name })}</p>
<code class="user-code" dir="ltr">${isolated(userCode)}</code>
${info.length > 0 && html`<dl>\n${info.map(infoRow(texts))}</dl>\n`}<p class="note">${texts.warning}</p>
${trustedHtml(form)}
<button type="submit" form="${CONFIRM_FORM_ID}">${common.continue}</button>
<button type="submit" form="${CONFIRM_FORM_ID}" name="abort" value="yes" class="second">${common.cancel}</button>`
  return layout(appearance, { title: texts.confirmTitle, ...clientLogo(client), body })
}

/** Tells that it is done. @see RFC 8628 §3.3 */
export function deviceSuccessPage(appearance: Appearance, client: ClientView): Page {
  const texts = appearance.texts(deviceTexts)
  const name = html`<strong>${clientName(client)}</strong>`
  const body = html`<p class="lead">${fillIn(texts.done, { client: name })}</p>`
  return layout(appearance, {
    title: texts.doneTitle,
    sign: 'done',
    ...clientLogo(client),
    body,
    formActions: [],
  })
}
