import { expect } from 'chai'
import type { Configuration } from '../../../types/configuration.ts'
import { askForCodes, confirmCode, enterCode, openPage, startForDevices } from '../../support/device.ts'
import { askToLogOut, LEAVING_CLIENT, signOut, staySignedIn } from '../../support/logging_out.ts'
import { pkce, type RunningProvider, startProvider, stopProviders } from '../../support/start_provider.ts'
import type { UserAgent } from '../../support/user_agent.ts'

const BROWSER = { accept: 'text/html' }

/** What a page says about its language, its heading, and all of it. */
interface Seen {
  readonly language: string | undefined
  readonly direction: string | undefined
  readonly title: string | undefined
  readonly html: string
}

async function see(response: Response | Promise<Response>): Promise<Seen> {
  const html = await (await response).text()
  const [, language, direction] = /<html lang="([^"]*)" dir="([^"]*)">/.exec(html) ?? []
  return { language, direction, title: /<title>(.*?)<\/title>/.exec(html)?.[1], html }
}

/** An error page: the client does not exist. */
function refuse(
  op: RunningProvider,
  { uiLocales, accepts }: { uiLocales?: string; accepts?: string },
): Promise<Seen> {
  const query = new URLSearchParams({
    client_id: 'nobody',
    ...(uiLocales !== undefined && { ui_locales: uiLocales }),
  })
  const headers = { ...BROWSER, ...(accepts !== undefined && { 'accept-language': accepts }) }
  return see(op.agent().get(`${op.provider.urlFor('authorization')}?${query}`, headers))
}

describe('the language of pages', () => {
  afterEach(stopProviders)

  const choices: readonly [wanted: Parameters<typeof refuse>[1], language: string, title: string][] = [
    [{}, 'en', 'Something went wrong'],
    [{ accepts: 'de-DE,de;q=0.9,en;q=0.8' }, 'de', 'Etwas ist schiefgegangen'],
    [{ accepts: 'nl, fr;q=0.5' }, 'fr', 'Un problème est survenu'],
    [{ accepts: 'nl' }, 'en', 'Something went wrong'],
    [{ uiLocales: 'es' }, 'es', 'Se ha producido un problema'],
    [{ uiLocales: 'ja-JP en', accepts: 'de' }, 'ja', '問題が発生しました'],
    [{ uiLocales: 'nl', accepts: 'de' }, 'de', 'Etwas ist schiefgegangen'],
    [{ uiLocales: 'ar-EG' }, 'ar', 'حدث خطأ ما'],
  ]
  for (const [wanted, language, title] of choices) {
    it(`is ${language} for ${JSON.stringify(wanted)} (OpenID Connect Core 1.0 §3.1.2.1, RFC 9110 §12.5.4)`, async () => {
      const seen = await refuse(await startProvider(), wanted)

      expect(seen).to.include({ language, title })
    })
  }

  it('runs from right to left in Arabic (HTML §3.2.6.4)', async () => {
    const op = await startProvider()

    expect((await refuse(op, { uiLocales: 'ar' })).direction).to.equal('rtl')
    expect((await refuse(op, { uiLocales: 'de' })).direction).to.equal('ltr')
  })

  it('leaves what is said to developers in English, and says so (WCAG 2.2 §3.1.2)', async () => {
    const { html } = await refuse(await startProvider(), { uiLocales: 'fr' })

    expect(html).to.include('<dt>Description</dt><dd lang="en"><bdi>client is invalid</bdi></dd>')
  })

  for (const hostile of [
    '"><script>alert(1)</script>',
    'de '.repeat(2000),
    'x'.repeat(4000),
    '\u0000de',
    '*',
  ]) {
    it(`A64 whatever ui_locales holds, the page is fine: ${JSON.stringify(hostile.slice(0, 30))}`, async () => {
      const op = await startProvider()
      const seen = await refuse(op, { uiLocales: hostile })

      expect(seen.language).to.match(/^(?:en|de)$/)
      expect(seen.html).to.not.include('alert(1)')
      expect(op.serverErrors).to.deep.equal([])
    })
  }

  it('is none of those that the host does not offer, and the default one where none fits', async () => {
    const op = await startProvider({ screens: { languages: ['fr', 'de-AT'], defaultLanguage: 'de-AT' } })

    expect(await refuse(op, { accepts: 'es' })).to.include({
      language: 'de-AT',
      title: 'Etwas ist schiefgegangen',
    })
    expect((await refuse(op, { accepts: 'fr-CA' })).language).to.equal('fr')
  })

  it('is one of the host’s own, with ours where it lacks a text', async () => {
    const texts = { 'he-IL': { error: { title: 'משהו השתבש' } } }
    const op = await startProvider({ screens: { texts, defaultLanguage: 'de' } })
    const seen = await refuse(op, { accepts: 'he' })

    expect(seen).to.include({ language: 'he-IL', direction: 'rtl', title: 'משהו השתבש' })
    expect(seen.html).to.include('Einzelheiten für Entwickler')
  })

  it('is that of the browser where nothing is, and at the provider itself', async () => {
    const op = await startProvider({}, { mountPath: '' })
    const headers = { ...BROWSER, 'accept-language': 'de' }

    expect((await see(op.agent().get(`${op.issuer}/nowhere`, headers))).title).to.equal(
      'Seite nicht gefunden',
    )
    expect((await see(op.agent().get(`${op.issuer}/`, headers))).title).to.equal('Dies ist ein Anmeldedienst')
  })

  it('changes nothing for who does not ask for a page', async () => {
    const op = await startProvider()
    const headers = { accept: 'application/json', 'accept-language': 'de' }
    const response = await op.agent().get(`${op.provider.urlFor('authorization')}?client_id=nobody`, headers)

    expect(await response.json()).to.include({ error_description: 'client is invalid' })
  })

  it('is told to pages of the host’s own, as ctx.oidc.language', async () => {
    const renderError: Configuration['renderError'] = (ctx) => {
      ctx.body = ctx.oidc.language
    }
    const op = await startProvider({ renderError, screens: { languages: ['en', 'de'] } })

    expect((await refuse(op, { uiLocales: 'fr de', accepts: 'en' })).html).to.equal('de')
  })

  it('stays that of the request in the screens for development, and after the form (OpenID Connect Core 1.0 §3.1.2.1)', async () => {
    const op = await startProvider({ features: { devInteractions: { enabled: true } } }, { screens: false })
    const agent = op.agent()
    const proof = { code_challenge: pkce().challenge, code_challenge_method: 'S256' }
    const start = await agent.get(op.authorizationUrl({ ...proof, ui_locales: 'fr' }), BROWSER)
    const screen = start.headers.get('location') ?? ''
    const login = await see(agent.get(screen, BROWSER))
    const sent = await see(agent.post(screen, { prompt: 'login', login: 'ann' }, BROWSER))

    expect(login).to.include({ language: 'fr', title: 'Se connecter' })
    expect(login.html).to.include('Mot de passe')
    expect(sent).to.include({ language: 'fr', title: 'Un instant' })
  })

  it('is that of the request where an interaction is not to be found any more', async () => {
    const op = await startProvider({ features: { devInteractions: { enabled: true } } }, { screens: false })
    const proof = { code_challenge: pkce().challenge, code_challenge_method: 'S256' }
    const start = await op.agent().get(op.authorizationUrl({ ...proof, ui_locales: 'de' }), BROWSER)
    const seen = await see(op.agent().get(start.headers.get('location') ?? '', BROWSER))

    expect(seen).to.include({ language: 'de', title: 'Bitte beginnen Sie von vorn' })
  })
})

describe('the language of a logout (OpenID Connect RP-Initiated Logout 1.0 §2)', () => {
  afterEach(stopProviders)

  async function loggedIn(): Promise<{ op: RunningProvider; agent: UserAgent }> {
    const op = await startProvider({ clients: [LEAVING_CLIENT] })
    const { agent } = await op.authorize()
    return { op, agent }
  }

  it('is that of ui_locales from the question to the end', async () => {
    const { op, agent } = await loggedIn()
    const asked = await askToLogOut(op, agent, { client_id: 'web', ui_locales: 'de en' }, BROWSER)
    const success = (await signOut(agent, asked)).headers.get('location') ?? ''
    const end = await see(agent.get(success, BROWSER))

    expect(await see(asked.response)).to.include({ language: 'de', title: 'Abmelden' })
    expect(new URL(success, op.origin).searchParams.get('ui_locales')).to.equal('de en')
    expect(end).to.include({ language: 'de', title: 'Abgemeldet' })
  })

  it('is that of ui_locales for who stays, and for who was not signed in', async () => {
    const { op, agent } = await loggedIn()
    const asked = await askToLogOut(op, agent, { client_id: 'web', ui_locales: 'es' }, BROWSER)
    const stayed = await see(
      agent.get((await staySignedIn(agent, asked)).headers.get('location') ?? '', BROWSER),
    )
    const stranger = op.agent()
    const { response } = await askToLogOut(op, stranger, { ui_locales: 'ja' }, BROWSER)
    const nobody = await see(stranger.get(response.headers.get('location') ?? '', BROWSER))

    expect(stayed).to.include({ language: 'es', title: 'Sesión cerrada' })
    expect(nobody).to.include({ language: 'ja', title: 'ログアウトしました' })
  })

  it('leaves no space between sentences where the language has none', async () => {
    const op = await startProvider()
    const success = op.provider.urlFor('end_session_success')

    expect((await see(op.agent().get(`${success}?ui_locales=ja`, BROWSER))).html).to.include(
      'ました。このページ',
    )
    expect((await see(op.agent().get(`${success}?ui_locales=de`, BROWSER))).html).to.include(
      'abgemeldet. Sie',
    )
  })

  it('of two tabs is that of each', async () => {
    const { op, agent } = await loggedIn()
    const first = await askToLogOut(op, agent, { client_id: 'web', ui_locales: 'fr' }, BROWSER)
    await askToLogOut(op, agent, { client_id: 'web', ui_locales: 'de' }, BROWSER)

    expect((await signOut(agent, first)).headers.get('location')).to.match(/\?ui_locales=fr$/)
  })

  it('hostile ui_locales stay text on the way', async () => {
    const { op, agent } = await loggedIn()
    const hostile = '"><script>&#\r\n'
    const asked = await askToLogOut(op, agent, { client_id: 'web', ui_locales: hostile }, BROWSER)
    const response = await signOut(agent, asked)
    const url = new URL(response.headers.get('location') ?? '', op.origin)

    expect(url.searchParams.get('ui_locales')).to.equal(hostile)
    expect((await see(agent.get(url.href, BROWSER))).language).to.equal('en')
  })
})

describe('the language of a device’s pages (RFC 8628 §3.3)', () => {
  afterEach(stopProviders)

  it('is that of the browser until the device is known, and then that of its request', async () => {
    const op = await startForDevices()
    const agent = op.agent()
    const { userCode } = await askForCodes(op, { ui_locales: 'de' })

    expect(/<html lang="(\w+)"/.exec((await openPage(op, agent)).text)?.[1]).to.equal('en')
    expect((await enterCode(op, agent, userCode)).text).to.include('<title>Ist das Ihr Gerät?</title>')
    const done = await agent.follow(await confirmCode(op, agent, userCode))
    expect(await see(done)).to.include({ language: 'de', title: 'Gerät verbunden' })
  })

  const label = (text: string) => /<label for="user_code">(.*?)<\/label>/.exec(text)?.[1]
  const userCodeInputSource = (ctx: { body: unknown }, form: string) => {
    ctx.body = form
  }

  for (const [what, configuration, expected] of [
    ['our page', {}, 'コード'],
    ['a page of the host’s, in one language', { deviceFlow: { userCodeInputSource } }, 'Code'],
    [
      'a page of the host’s that says which languages there are',
      { deviceFlow: { userCodeInputSource }, screens: { languages: ['en', 'ja'] } },
      'コード',
    ],
  ] as const) {
    it(`the form speaks the language of ${what}`, async () => {
      const op = await startForDevices(Object({ ...configuration }))
      const page = await op
        .agent()
        .get(op.provider.urlFor('code_verification'), { ...BROWSER, 'accept-language': 'ja' })

      expect(label(await page.text())).to.equal(expected)
    })
  }
})

describe('what hosts say on pages', () => {
  afterEach(stopProviders)

  const MARKUP = '<img src=x onerror=alert(1)> & "quoted"'
  const ESCAPED = '&lt;img src=x onerror=alert(1)&gt; &amp; &quot;quoted&quot;'

  it('stays text, and what strangers say does in it', async () => {
    const texts = { en: { error: { byApplication: MARKUP, nothingAt: `${MARKUP} {path}` } } }
    const op = await startProvider({ screens: { texts } }, { mountPath: '' })
    const { html } = await refuse(op, {})
    const lost = await see(op.agent().get(`${op.origin}/{path}<b>`, BROWSER))

    expect(html).to.include(ESCAPED).and.not.include('<img')
    expect(lost.html).to.include(`${ESCAPED} <code><bdi>/%7Bpath%7D%3Cb%3E</bdi></code>`)
  })

  it('stays text in what a logo says, and in where it is', async () => {
    const logo = { src: 'https://cdn.example.com/a.svg?b=1&c="', alt: '"><b>' }
    const op = await startProvider({ screens: { logo } })
    const { html } = await refuse(op, {})

    expect(html).to.include(
      '<img src="https://cdn.example.com/a.svg?b=1&amp;c=%22" alt="&quot;&gt;&lt;b&gt;"',
    )
  })
})

describe('the look of pages', () => {
  afterEach(stopProviders)

  async function policyFor(screens: Configuration['screens']) {
    const op = await startProvider({ screens })
    const response = await op.agent().get(`${op.provider.urlFor('authorization')}?client_id=nobody`, BROWSER)
    return { policy: response.headers.get('content-security-policy') ?? '', html: await response.text() }
  }

  for (const [logo, source] of [
    ['/logo.svg', "'self'"],
    ['https://cdn.example.com:8443/logo.svg', 'https://cdn.example.com:8443'],
    ['data:image/png;base64,AAAA', 'data:'],
    [{ src: '/logo.svg', dark: 'https://cdn.example.com/dark.svg' }, "'self' https://cdn.example.com"],
  ] as const) {
    it(`W7 the policy allows the logo ${JSON.stringify(logo)} and no other image (Content Security Policy Level 3 §6.1.7)`, async () => {
      const { policy, html } = await policyFor({ logo: typeof logo === 'string' ? logo : { ...logo } })

      expect(policy).to.include(`; img-src ${source};`)
      expect(policy).to.match(/^default-src 'none'; style-src 'sha256-[^']+'; img-src /)
      expect(html).to.match(
        /<p class="brand">.*<img src="[^"]+" alt="127\.0\.0\.1:\d+" referrerpolicy="no-referrer">/,
      )
    })
  }

  it('W7 without a logo no image is allowed', async () => {
    expect((await policyFor(undefined)).policy).to.not.include('img-src')
  })

  it('W7 the stylesheet that colours change is the one that the policy names', async () => {
    const { policy, html } = await policyFor({
      colors: { light: { accent: '#0f766e' }, dark: { card: '#000' } },
    })
    const { policy: plain } = await policyFor(undefined)
    const [, hash] = /style-src '(sha256-[^']+)'/.exec(policy) ?? []

    expect(html).to.include('--action: #0f766e;').and.include('--card: #000000;')
    expect(plain).to.not.include(hash)
  })
})
