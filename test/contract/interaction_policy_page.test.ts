import { readFile } from 'node:fs/promises'
import { expect } from 'chai'
import { interactionPolicy } from '../../lib/index.ts'
import { Browsing } from '../support/browsing.ts'
import { followGuide } from '../support/guide.ts'

const PAGE = new URL('../../docs/reference/interaction_policy.md', import.meta.url)
const SCREENS = new URL('../../docs/guides/screens.md', import.meta.url)

/** Rows of the tables with prompts and reasons. */
const reasonsIn = (text: string) => new Set([...text.matchAll(/`(\w+)`/g)].map(([, name]) => name))

describe('docs/reference/interaction_policy.md', () => {
  it('F278 F279 it and the guide to screens name every prompt, check and detail there is', async () => {
    const pages = [await readFile(PAGE, 'utf8'), await readFile(SCREENS, 'utf8')]
    const details = [
      'missingOIDCScope',
      'missingOIDCClaims',
      'missingResourceScopes',
      'login_hint',
      'max_age',
      'id_token_hint',
    ]
    const names = interactionPolicy
      .base()
      .flatMap(({ name, checks }) => [name, ...checks.map(({ reason }) => reason)])

    for (const page of pages) expect([...reasonsIn(page)]).to.include.members([...names, ...details])
  })

  it('its table says nothing about checks that there are not', async () => {
    const [, table = ''] = /## What is there\n(.*?)`select_account`/s.exec(await readFile(PAGE, 'utf8')) ?? []
    const named = [...table.matchAll(/^\| \| `(\w+)`/gm)].map(([, reason]) => reason)

    expect(named).to.have.members(
      interactionPolicy.base().flatMap(({ checks }) => checks.map(({ reason }) => reason)),
    )
  })
})

describe('the program of docs/reference/interaction_policy.md', function suite() {
  this.timeout(60_000)
  const guide = followGuide('reference/interaction_policy.md', [3000, 3001])
  const HOST = `
import { createServer } from 'node:http'
import Provider from 'openid-provider'
import { accepted, policy } from './policy.js'
const provider = new Provider('http://localhost:PORT', {
  clients: [{ client_id: 'app', client_secret: 'long enough to be a secret', redirect_uris: ['http://localhost:APP/cb'] }],
  scopes: ['openid', 'payments'],
  interactions: { policy, url: (ctx, { uid }) => '/screen/' + uid },
  features: { devInteractions: { enabled: false } },
})
const serve = provider.callback()
createServer(async (req, res) => {
  if (!req.url.startsWith('/screen/')) return serve(req, res)
  const { prompt, params, session } = await provider.interactionDetails(req, res)
  console.log(prompt.name + ' ' + prompt.reasons)
  const accountId = params.login_hint
  let result = { login: { accountId, amr: prompt.reasons.includes('second_factor') ? ['pwd', 'otp', 'mfa'] : ['pwd'] } }
  if (prompt.name === 'terms') {
    accepted.set(session.accountId, prompt.details.version)
    result = { terms: {} }
  }
  if (prompt.name === 'consent') {
    const grant = new provider.Grant({ accountId: session.accountId, clientId: 'app' })
    grant.addOIDCScope(prompt.details.missingOIDCScope)
    result = { consent: { grantId: await grant.save() } }
  }
  await provider.interactionFinished(req, res, result)
}).listen(PORT)
`

  it('asks for terms and a second factor, each once, and refuses who may not (OpenID Connect Core 1.0 §3.1.2.3)', async () => {
    await guide.write('policy.js', guide.file('policy.js'))
    const host = HOST.replaceAll('PORT', String(guide.port(3000))).replaceAll('APP', String(guide.port(3001)))
    const { printed } = await guide.start('host.js', host, guide.origin(3000))
    const ask = async (hint: string, browser: Browsing) => {
      const query = new URLSearchParams({
        client_id: 'app',
        response_type: 'code',
        scope: 'openid payments',
        redirect_uri: `${guide.origin(3001)}/cb`,
        code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
        code_challenge_method: 'S256',
        login_hint: hint,
      })
      const { url } = await browser.open(`${guide.origin(3000)}/auth?${query}`)
      return Object.fromEntries(new URL(url).searchParams)
    }
    const browser = new Browsing(`${guide.origin(3001)}/cb`)

    expect(await ask('ann', browser)).to.include.keys('code')
    expect(await ask('ann', browser)).to.include.keys('code')
    const asked = printed()
      .split('\n')
      .filter((line) => /^(?:login|terms|consent) /.test(line))
    expect(asked).to.deep.equal([
      'login no_session',
      'login second_factor',
      'terms terms_not_accepted',
      'consent op_scopes_missing',
    ])
    const guest = await ask('guest', new Browsing(`${guide.origin(3001)}/cb`))
    expect(guest).to.include({ error: 'access_denied' })
  })
})
