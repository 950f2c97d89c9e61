import { once } from 'node:events'
import { createServer } from 'node:http'
import { connect } from 'node:net'
import { expect } from 'chai'
import sinon from 'sinon'
import { memoryAdapter } from '../../lib/adapters/memory.ts'
import { attack } from '../support/invariants.ts'
import { latencyAdapter } from '../support/latency_adapter.ts'
import { rawRequest } from '../support/raw_request.ts'
import { REDIRECT_URI, WEB_CLIENT } from '../support/start_provider.ts'

const HEAD = 'POST /token HTTP/1.1\r\nHost: x\r\nContent-Type: application/x-www-form-urlencoded\r\n'

describe('interrupted requests (RFC 9112 §8)', () => {
  let printed: sinon.SinonStub

  beforeEach(() => {
    printed = sinon.stub(console, 'error')
  })

  afterEach(() => {
    sinon.restore()
    expect(printed.args, 'printed past the logger').to.deep.equal([])
  })

  attack('H12', 'a body that never arrives is given up by the timeout of the server', async (scene) => {
    const op = await scene.start()
    const server = createServer(
      { requestTimeout: 100, headersTimeout: 100, connectionsCheckingInterval: 20 },
      op.provider.callback(),
    ).listen(0, '127.0.0.1')
    await once(server, 'listening')
    const address = server.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0

    const { status } = await rawRequest(`http://127.0.0.1:${port}`, `${HEAD}Content-Length: 100\n\nabcde`)
    server.close()

    expect(status).to.be.oneOf([400, 408])
    expect(scene.calls).to.deep.equal([])
    expect(op.serverErrors).to.deep.equal([])
  })

  attack(
    'H14',
    'a client that leaves in the middle of an exchange leaves everything stored, or nothing',
    async (scene) => {
      const op = await scene.start({ adapter: latencyAdapter(memoryAdapter(), 5) })
      const { code, verifier } = await op.authorize()
      const form = new URLSearchParams({
        client_id: 'web',
        client_secret: String(WEB_CLIENT.client_secret),
        grant_type: 'authorization_code',
        code,
        code_verifier: verifier,
        redirect_uri: REDIRECT_URI,
      }).toString()
      scene.begin('consume AuthorizationCode', 'insert AccessToken')
      const over = op.next('grant.success')
      const { hostname, port } = new URL(op.origin)
      const socket = connect(Number(port), hostname)
      await once(socket, 'connect')

      socket.write(`${HEAD}Content-Length: ${form.length}\r\n\r\n${form}`, () => socket.destroy())
      await over

      const stored = await op.provider.AuthorizationCode.find(code)
      expect(stored?.consumed).to.be.a('number')
      expect(scene.calls.filter((name) => name === 'commit')).to.have.length(1)
      expect(op.serverErrors).to.deep.equal([])
    },
  )

  attack('H14', 'a client that leaves in the middle of its body changes nothing', async (scene) => {
    const op = await scene.start()
    const failed = op.next('grant.error')
    const { hostname, port } = new URL(op.origin)
    const socket = connect(Number(port), hostname)
    await once(socket, 'connect')

    socket.write(`${HEAD}Content-Length: 1000\r\n\r\nclient_id=web`)
    setImmediate(() => socket.destroy())
    await failed

    expect(scene.calls).to.deep.equal([])
    expect(op.serverErrors).to.deep.equal([])
  })
})

describe('answers by form (OAuth 2.0 Form Post Response Mode)', () => {
  const HOSTILE = `"'><script>alert(1)</script>\r\n</form>`

  attack('A80', 'hostile state is text in the form', async (scene) => {
    const op = await scene.start()

    const response = await op
      .agent()
      .get(op.authorizationUrl({ response_mode: 'form_post', prompt: 'none', state: HOSTILE }))
    const page = await response.text()

    expect(page).to.not.include('<script>alert')
    expect(page.match(/<\/form>/g)).to.have.length(1)
    expect(page).to.include('&lt;script&gt;alert')
  })

  attack('W11', 'the form has a button, and its script is allowed by hash only', async (scene) => {
    const op = await scene.start()

    const response = await op.agent().get(op.authorizationUrl({ response_mode: 'form_post', prompt: 'none' }))
    const page = await response.text()

    expect(page).to.match(/<button/)
    expect(page).to.match(/<form[^>]+action="https:\/\/rp\.example\.com\/cb"/)
    expect(response.headers.get('content-security-policy')).to.match(/script-src 'sha256-/)
    expect(response.headers.get('content-security-policy')).to.not.match(/unsafe-inline/)
  })

  for (const params of [{ scope: '"' }, { prompt: 'none login' }, { response_type: 'x' }, { max_age: 'x' }]) {
    attack('A72', `an error (${Object.keys(params)}) is posted to the registered URI only`, async (scene) => {
      const op = await scene.start()

      const response = await op.agent().get(op.authorizationUrl({ ...params, response_mode: 'form_post' }))
      const page = await response.text()

      expect(response.headers.get('location')).to.equal(null)
      expect(page).to.match(/<form[^>]+action="https:\/\/rp\.example\.com\/cb"/)
      expect(page).to.match(/name="error"/)
    })
  }
})
