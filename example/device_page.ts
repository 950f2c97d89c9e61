import { toString as drawQrCode } from 'qrcode'
import { layout } from '../lib/actions/pages/layout.ts'
import { plainAppearance } from '../lib/actions/pages/make_screens.ts'
import type { Page } from '../lib/engine/render_page.ts'
import { html, trustedHtml } from '../lib/helpers/http/html.ts'
import type { ConnectedDevice } from './device.ts'

/** What a television would show. It looks again by itself, without scripts. @see RFC 8628 §3.3, §3.3.1 */
export async function devicePage(device: ConnectedDevice): Promise<Page> {
  const { userCode, verificationUri, verificationUriComplete, interval } = device
  const drawn = await drawQrCode(verificationUriComplete, { type: 'svg', margin: 4, width: 240 })
  // What it says stands in the label of the element around it.
  const qrCode = drawn.replace('<svg ', '<svg aria-hidden="true" ')
  const head = html`<meta http-equiv="refresh" content="${interval}">\n`
  const body = html`<p class="lead">Open this page on your phone or computer:</p>
<p><a href="${verificationUri}" target="_blank" rel="noopener">${verificationUri}</a></p>
<p>and enter the code</p>
<code class="user-code">${userCode}</code>
<p>or scan this:</p>
<div class="qr" role="img" aria-label="QR code for ${verificationUriComplete}">${trustedHtml(qrCode)}</div>
<p class="quiet" role="status">Waiting until you have allowed it.</p>
<a class="button second" href="/">Cancel</a>`
  return layout(plainAppearance(), { title: 'Connect this device', head, body, formActions: [] })
}
