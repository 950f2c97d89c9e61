import { expect } from 'chai'
import type { KoaContextWithOIDC } from '../../../types/context.ts'
import type { ErrorOut } from '../../../types/errors.ts'
import type { Client } from '../../../types/models.ts'
import {
  abort,
  allow,
  askForCodes,
  enterCode,
  openPage,
  readScreen,
  sendForm,
  startForDevices,
} from '../../support/device.ts'
import { stopProviders } from '../../support/start_provider.ts'

/** As `ctx.oidc.client` is documented to be there; its type says that other requests have none. */
function clientOf(ctx: KoaContextWithOIDC): Client {
  if (ctx.oidc.client === undefined) throw new Error('no client')
  return ctx.oidc.client
}

// The bodies of these are the documented ones, word for word.

async function successSource(ctx: KoaContextWithOIDC) {
  const { clientName } = clientOf(ctx)
  ctx.body = `<!DOCTYPE html>
    <head>
      <title>Sign-in Success</title>
      <style>/* css and html classes omitted for brevity, see lib/helpers/defaults.js */</style>
    </head>
    <body>
      <div>
        <h1>Sign-in Success</h1>
        <p>Your sign-in ${clientName ? `with ${clientName}` : ''} was successful, you can now close this page.</p>
      </div>
    </body>
    </html>`
}

async function userCodeConfirmSource(
  ctx: KoaContextWithOIDC,
  form: string,
  _client: Client,
  _deviceInfo: object,
  userCode: string,
) {
  const { clientId, clientName } = clientOf(ctx)
  ctx.body = `<!DOCTYPE html>
    <head>
      <title>Device Login Confirmation</title>
      <style>/* css and html classes omitted for brevity, see lib/helpers/defaults.js */</style>
    </head>
    <body>
      <div>
        <h1>Confirm Device</h1>
        <p>
          <strong>${clientName || clientId}</strong>
          <br/><br/>
          The following code should be displayed on your device<br/><br/>
          <code>${userCode}</code>
          <br/><br/>
          <small>If you did not initiate this action, the code does not match or are unaware of such device in your possession please close this window or click abort.</small>
        </p>
        ${form}
        <button autofocus type="submit" form="op.deviceConfirmForm">Continue</button>
        <div>
          <button type="submit" form="op.deviceConfirmForm" value="yes" name="abort">[ Abort ]</button>
        </div>
      </div>
    </body>
    </html>`
}

async function userCodeInputSource(
  ctx: KoaContextWithOIDC,
  form: string,
  _out?: ErrorOut,
  err?: Error & { userCode?: string | undefined },
) {
  let msg: string
  if (err && (err.userCode || err.name === 'NoCodeError')) {
    msg = '<p>The code you entered is incorrect. Try again</p>'
  } else if (err && err.name === 'AbortedError') {
    msg = '<p>The Sign-in request was interrupted</p>'
  } else if (err) {
    msg = '<p>There was an error processing your request</p>'
  } else {
    msg = '<p>Enter the code displayed on your device</p>'
  }
  ctx.body = `<!DOCTYPE html>
    <head>
      <title>Sign-in</title>
      <style>/* css and html classes omitted for brevity, see lib/helpers/defaults.js */</style>
    </head>
    <body>
      <div>
        <h1>Sign-in</h1>
        ${msg}
        ${form}
        <button type="submit" form="op.deviceInputForm">Continue</button>
      </div>
    </body>
    </html>`
}

function deviceInfo(ctx: KoaContextWithOIDC) {
  return {
    ip: ctx.ip,
    ua: ctx.get('user-agent'),
  }
}

const HOOKS = { deviceInfo, successSource, userCodeConfirmSource, userCodeInputSource }

describe('documented functions of features.deviceFlow, as they are documented', () => {
  afterEach(stopProviders)

  it('A169 A168 F096 F097 F098 lead from the code to the success page', async () => {
    const op = await startForDevices({ deviceFlow: HOOKS })
    const { userCode } = await askForCodes(op)
    const agent = op.agent()

    const input = await openPage(op, agent)
    const confirm = await readScreen(sendForm(op, agent, { xsrf: input.xsrf, user_code: userCode }))
    const success = await readScreen(
      await agent.follow(
        await sendForm(op, agent, { xsrf: confirm.xsrf, user_code: confirm.userCode, confirm: 'yes' }),
      ),
    )

    expect(input.text)
      .to.include('Enter the code displayed on your device')
      .and.include('id="op.deviceInputForm"')
    expect(confirm.text)
      .to.include(`<code>${userCode}</code>`)
      .and.include('<strong>Television</strong>')
      .and.include('id="op.deviceConfirmForm"')
    expect(success.text).to.include('Your sign-in with Television was successful')
    expect(op.serverErrors).to.deep.equal([])
  })

  it('A169 A170 userCodeInputSource tells its cases apart', async () => {
    const op = await startForDevices({ deviceFlow: HOOKS })
    const { userCode } = await askForCodes(op)

    const wrong = await enterCode(op, op.agent(), 'BCDF-GHJK')
    const none = await enterCode(op, op.agent(), '')
    const aborted = await abort(op, op.agent(), userCode)
    const forged = await readScreen(sendForm(op, op.agent(), { xsrf: 'x', user_code: userCode }))

    expect(wrong.text).to.include('The code you entered is incorrect. Try again')
    expect(none.text).to.include('The code you entered is incorrect. Try again')
    expect(aborted.text).to.include('The Sign-in request was interrupted')
    expect(forged.text).to.include('There was an error processing your request')
  })

  it('A169 pages of the host cannot be framed, unless it says so (RFC 6749 §10.13)', async () => {
    const op = await startForDevices({ deviceFlow: HOOKS })
    const framed = await startForDevices({
      deviceFlow: {
        userCodeInputSource: (ctx, form) => {
          ctx.set('content-security-policy', 'frame-ancestors https://portal.example.com')
          ctx.remove('x-frame-options')
          ctx.body = form
        },
      },
    })

    const { headers } = await openPage(op, op.agent())
    const { headers: own } = await openPage(framed, framed.agent())

    expect(headers.get('content-security-policy')).to.equal("frame-ancestors 'none'")
    expect(headers.get('x-frame-options')).to.equal('DENY')
    expect(headers.get('referrer-policy')).to.equal('no-referrer')
    expect(own.get('content-security-policy')).to.equal('frame-ancestors https://portal.example.com')
    expect(own.get('x-frame-options')).to.equal(null)
  })

  for (const [title, source] of [
    ['fails', () => Promise.reject(new Error('template missing'))],
    ['answers nothing', () => undefined],
  ] as const) {
    it(`A169 a page of the host's that ${title} is ours to show, and server_error tells why`, async () => {
      const op = await startForDevices({
        deviceFlow: { successSource: source, userCodeConfirmSource: source, userCodeInputSource: source },
      })
      const { userCode } = await askForCodes(op)

      const { status, text } = await allow(op, op.agent(), userCode)

      expect(status).to.equal(200)
      expect(text).to.include('Device connected')
      expect(op.serverErrors).to.have.length(3)
    })
  }

  it('A169 F307 userCodeConfirmSource is handed client, deviceInfo and the code by the mask', async () => {
    const handed: unknown[] = []
    const op = await startForDevices({
      deviceFlow: {
        mask: '** ** ** **',
        deviceInfo: () => ({ room: 'kitchen' }),
        userCodeConfirmSource: (ctx, form, client, info, userCode) => {
          handed.push(client.clientId, info, userCode, ctx.oidc.deviceCode?.kind)
          ctx.body = form
        },
      },
    })
    const { userCode } = await askForCodes(op)
    await enterCode(op, op.agent(), userCode)

    expect(handed).to.deep.equal(['tv', { room: 'kitchen' }, userCode, 'DeviceCode'])
  })
})
