import { expect } from 'chai'
import { attack } from '../support/invariants.ts'
import { rawRequest } from '../support/raw_request.ts'
import { WEB_CLIENT } from '../support/start_provider.ts'

const CREDENTIALS = { client_id: 'web', client_secret: String(WEB_CLIENT.client_secret) }
const ROUNDS = 40

/** The fastest of several tries in milliseconds: what the work takes when nothing else comes between. */
async function fastest(guesses: readonly (() => Promise<unknown>)[]): Promise<number[]> {
  const best = guesses.map(() => Number.POSITIVE_INFINITY)
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const [at, guess] of guesses.entries()) {
      const start = process.hrtime.bigint()
      await guess()
      best[at] = Math.min(best[at] ?? 0, Number(process.hrtime.bigint() - start) / 1e6)
    }
  }
  return best
}
/** Guessing is not slowed down, so that what is measured is the comparison. */
const UNTHROTTLED = { clientSecretThrottle: { attempts: 10_000 } }

describe('rendered pages and use of resources', () => {
  attack(
    'W7',
    'the policy of a page allows nothing by default, and no inline script without a hash',
    async (scene) => {
      const op = await scene.start()

      const { headers } = await op.agent().get('/auth', { accept: 'text/html' })

      const policy = headers.get('content-security-policy') ?? ''
      expect(policy).to.match(/default-src 'none'/)
      expect(policy).to.match(/form-action /)
      expect(policy).to.match(/frame-ancestors 'none'/)
      expect(policy).to.match(/base-uri 'none'/)
      expect(policy).to.not.match(/unsafe-/)
    },
  )

  attack('W8', 'a page cannot be framed by old browsers either', async (scene) => {
    const op = await scene.start()

    const { headers } = await op.agent().get('/auth', { accept: 'text/html' })

    expect(headers.get('x-frame-options')).to.equal('DENY')
  })

  attack('W10', 'the type of a page is not guessed', async (scene) => {
    const op = await scene.start()

    const { headers } = await op.agent().get('/auth', { accept: 'text/html' })

    expect(headers.get('x-content-type-options')).to.equal('nosniff')
  })

  attack('W12', 'a page holds no resource of a third party', async (scene) => {
    const op = await scene.start()

    const text = await (await op.agent().get('/auth', { accept: 'text/html' })).text()

    expect(text).to.not.match(/(?:src|href|action)\s*=\s*["']?(?:https?:)?\/\//i)
    expect(text).to.not.match(/@import|url\(/i)
  })

  attack('W14', 'the charset of a page is told', async (scene) => {
    const op = await scene.start()

    const { headers } = await op.agent().get('/auth', { accept: 'text/html' })

    expect(headers.get('content-type')).to.equal('text/html; charset=utf-8')
  })

  attack('W15', 'JSON errors are never HTML to anybody', async (scene) => {
    const op = await scene.start()
    const hostile = '<script>alert(1)</script>'

    const answers = [
      await op.agent().post('/token', { ...CREDENTIALS, grant_type: hostile }),
      await op.agent().get(`/me?scope=${encodeURIComponent(hostile)}`),
      await op.agent().get(`/${encodeURIComponent(hostile)}`),
      await op.agent().get(`/auth?client_id=${encodeURIComponent(hostile)}`),
    ]

    for (const { headers } of answers) {
      expect(headers.get('content-type')).to.match(/^(application\/json|text\/plain)/)
      expect(headers.get('x-content-type-options')).to.equal('nosniff')
    }
  })

  for (const [what, form] of [
    ['1,000 parameters', Array.from({ length: 990 }, (_, at) => `p${at}=${'x'.repeat(40)}`).join('&')],
    ['one name 900 times', Array.from({ length: 900 }, () => 'scope=openid').join('&')],
    ['a verifier of 50 KB', `code=x&code_verifier=${'a'.repeat(50_000)}`],
    ['a code of 50 KB', `code=${'a'.repeat(50_000)}`],
    ['a scope of blanks', `scope=${'+'.repeat(3_900)}`],
    ['percent signs', `code=${'%25'.repeat(16_000)}`],
    ['nested brackets', `code=${encodeURIComponent('[{'.repeat(8_000))}`],
  ] as const) {
    attack('E1', `${what} in 64 KiB cost less than 50 ms of the event loop`, async (scene) => {
      const op = await scene.start()
      const text = `${new URLSearchParams({ ...CREDENTIALS, grant_type: 'authorization_code' })}&${form}`
      const cost: number[] = []

      for (let round = 0; round < 5; round += 1) {
        const before = process.cpuUsage()
        const { status } = await op.agent().post('/token', text)
        const { user, system } = process.cpuUsage(before)
        expect(status).to.equal(400)
        cost.push((user + system) / 1000)
      }

      expect(Math.min(...cost)).to.be.below(50)
    })
  }

  attack('E4', 'an invalid bearer token costs one look-up, a malformed one none', async (scene) => {
    const op = await scene.start()
    scene.begin()

    for (let count = 0; count < 50; count += 1) await op.userinfo(`unknown${count}`)
    const lookedUp = scene.calls.length
    for (const token of ['x'.repeat(6_000), 'a b', 'ä', 'a"b', '='])
      await rawRequest(
        op.origin,
        `GET /me HTTP/1.1\nHost: HOST\nConnection: close\nAuthorization: Bearer ${token}\n\n`,
      )

    expect(lookedUp).to.equal(50)
    expect(scene.calls).to.have.length(50)
  })

  attack(
    'E7',
    'a wrong secret of any length takes the same time as one that is nearly right',
    async (scene) => {
      const op = await scene.start(UNTHROTTLED)
      const secret = CREDENTIALS.client_secret
      const guess = (client_secret: string) => () =>
        op.agent().post('/token', { ...CREDENTIALS, client_secret, grant_type: 'x' })

      const [far = 0, near = 0] = await fastest([
        guess(`x${secret.slice(1)}`),
        guess(`${secret.slice(0, -1)}x`),
      ])

      expect(Math.abs(far - near)).to.be.below(5)
    },
  )

  attack('E8', 'an unknown client takes the same time as a wrong secret', async (scene) => {
    const op = await scene.start(UNTHROTTLED)
    const guess = (client_id: string) => () =>
      op.agent().post('/token', { client_id, client_secret: 'wrong', grant_type: 'x' })

    const [unknown = 0, known = 0] = await fastest([guess('nobody'), guess('web')])

    expect(Math.abs(unknown - known)).to.be.below(5)
  })
})
