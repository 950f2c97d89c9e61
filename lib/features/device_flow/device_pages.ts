import { type ClientView, clientLogo, clientName, isolated } from '../../actions/pages/client_view.ts'
import { layout } from '../../actions/pages/layout.ts'
import type { Page } from '../../engine/render_page.ts'
import { type Html, html, trustedHtml } from '../../helpers/http/html.ts'

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
export function deviceInputForm({ action, xsrf, userCode, isInvalid = false }: DeviceInputForm): string {
  return html`<form id="${INPUT_FORM_ID}" method="post" action="${action}">
<input type="hidden" name="xsrf" value="${xsrf}">
<label for="user_code">Code</label>
<input class="code" id="user_code" name="user_code" type="text" autocomplete="off" autocapitalize="characters" spellcheck="false" required autofocus aria-describedby="${MESSAGE_ID}"${isInvalid && html` aria-invalid="true"`} value="${userCode}">
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
function inputMessage(error: { name: string; userCode?: string | undefined }): string {
  if (error.name === 'NoCodeError') return 'Enter the code first.'
  if (error.userCode !== undefined)
    return 'This code is not right, was used already or is too old. Try again.'
  if (error.name === 'AbortedError') return 'The sign-in was interrupted. Nothing was allowed.'
  if (error.name === 'TooManyAttempts')
    return 'Too many wrong codes were entered. Try again in a few minutes.'
  if (error.name === 'AccessDenied') return 'Your device was not connected. Start again there for a new code.'
  return 'Your code could not be checked. Try again.'
}

export interface DeviceInputPage {
  /** Markup of the form `op.deviceInputForm`, made by this provider. */
  form: string
  /** Why the page is shown again. */
  error?: { name: string; userCode?: string | undefined } | undefined
}

/** Asks for the code that the device shows. @see RFC 8628 §3.3 */
export function deviceInputPage({ form, error }: DeviceInputPage): Page {
  const message =
    error === undefined
      ? html`<p class="lead" id="${MESSAGE_ID}">Enter the code that your device shows.</p>`
      : html`<p class="fault" role="alert" id="${MESSAGE_ID}">${inputMessage(error)}</p>`
  const body = html`${message}
${trustedHtml(form)}
<button type="submit" form="${INPUT_FORM_ID}">Continue</button>`
  return layout({ title: 'Connect a device', body })
}

const INFO_NAMES: ReadonlyMap<string, string> = new Map([
  ['ip', 'Address'],
  ['ua', 'Program'],
])

/** What the device told about itself; a stranger may have written all of it. @see RFC 8628 §5.4 */
function infoRow([name, value]: readonly [string, unknown]): Html {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '')
  return html`<div><dt>${INFO_NAMES.get(name) ?? isolated(name)}</dt><dd>${isolated(text, 200)}</dd></div>\n`
}

export interface DeviceConfirmPage {
  /** Markup of the form `op.deviceConfirmForm`, made by this provider. */
  form: string
  client: ClientView
  deviceInfo: Readonly<Record<string, unknown>>
  userCode: string
}

/** Asks whether this is the person's own device: somebody else may have sent them the code. @see RFC 8628 §5.4 */
export function deviceConfirmPage(view: DeviceConfirmPage): Page {
  const { form, client, deviceInfo, userCode } = view
  const info = Object.entries(deviceInfo).filter(([, value]) => value !== undefined && value !== '')
  const body = html`<p class="lead">A device wants to use <strong>${clientName(client)}</strong> with your account. It has to show this code:</p>
<code class="user-code">${isolated(userCode)}</code>
${info.length > 0 && html`<dl>\n${info.map(infoRow)}</dl>\n`}<p class="note">Continue only if the device is yours and shows this code now. If somebody sent you the code, cancel.</p>
${trustedHtml(form)}
<button type="submit" form="${CONFIRM_FORM_ID}">Continue</button>
<button type="submit" form="${CONFIRM_FORM_ID}" name="abort" value="yes" class="second">Cancel</button>`
  return layout({
    title: 'Is this your device?',
    ...clientLogo(client),
    body,
  })
}

/** Tells that it is done. @see RFC 8628 §3.3 */
export function deviceSuccessPage(client: ClientView): Page {
  const body = html`<p class="lead">Your device can use <strong>${clientName(client)}</strong> now. You can close this page and go on there.</p>`
  return layout({ title: 'Device connected', ...clientLogo(client), body, formActions: [] })
}
