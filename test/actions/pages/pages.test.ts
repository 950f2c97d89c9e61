import { createHash } from 'node:crypto'
import { expect } from 'chai'
import { errorPage } from '../../../lib/actions/pages/error_page.ts'
import { plainAppearance } from '../../../lib/actions/pages/make_screens.ts'
import { formPostPage } from '../../../lib/actions/response_modes/form_post.ts'
import { consentPage } from '../../../lib/features/dev_interactions/consent_page.ts'
import { loginPage } from '../../../lib/features/dev_interactions/login_page.ts'
import {
  deviceConfirmForm,
  deviceConfirmPage,
  deviceInputForm,
  deviceInputPage,
} from '../../../lib/features/device_flow/device_pages.ts'
import { logoutForm, logoutPage } from '../../../lib/features/rp_initiated_logout/logout_page.ts'
import { everyPage } from '../../support/every_page.ts'

const plain = plainAppearance()

const tags = (page: string) => [...page.matchAll(/<\/?[a-z][a-z0-9]*/g)].map(([tag]) => tag)
const contentOf = (tag: string, page: string) => page.match(new RegExp(`<${tag}>(.*?)</${tag}>`, 's'))?.[1]
const sha256 = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`

const ATTACKS: readonly [title: string, text: string][] = [
  ['a script', '</title></style><script>alert(1)</script>'],
  ['an event handler', '" autofocus onfocus="alert(1)'],
  ['an event handler after a single quote', "' onfocus='alert(1)"],
  ['the end of a comment and a frame', '--><iframe srcdoc="<script>alert(1)</script>">'],
]

describe('pages', () => {
  for (const [attack, text] of ATTACKS) {
    describe(`given ${attack} as a name, hint or value (J22, A72, F17, L8)`, () => {
      const usual = everyPage(plain, 'plain')
      for (const [name, page] of Object.entries(everyPage(plain, text))) {
        it(`keep it text: ${name}`, () => {
          expect(tags(page.html)).to.deep.equal(tags(usual[name]?.html ?? ''))
          expect(page.html).not.to.include(text)
          // Quotes only delimit attributes: outside of tags there is none, so none was opened by the text.
          expect(page.html.replace(/<(style|script)>.*?<\/\1>|<[^<>]*>/gs, '')).not.to.match(/["']/)
        })
      }
    })
  }

  describe('given a name with a direction override and 4 KB (J22)', () => {
    const name = `\u202Emoc.bank${'x'.repeat(4096)}`
    const { login, consent, error } = everyPage(plain, name)
    const client = { clientId: 'web', clientName: name }

    it('isolate it and cut it', () => {
      const { html } = loginPage(plain, { client, action: '/', abortUrl: '/' })

      expect(html).to.match(/<bdi>moc\.bankx{1,80}…<\/bdi>/)
    })

    it('never pass the override on where a person reads', () => {
      for (const page of [login, consent, error]) {
        expect(page?.html.replace(/="[^"]*"/g, '')).not.to.include('\u202E')
      }
    })
  })

  describe('of every kind', () => {
    for (const [name, { html, policy }] of Object.entries(everyPage(plain, 'plain'))) {
      it(`${name}: has one main, one heading like its title, a language and a viewport (WCAG 2.2 §3.1.1, §2.4.2)`, () => {
        expect(html).to.match(/^<!DOCTYPE html>\n<html lang="en" dir="ltr">/)
        expect(html).to.include('<meta name="viewport" content="width=device-width, initial-scale=1">')
        expect(html.match(/<main>/g)).to.have.lengthOf(1)
        expect(html.match(/<h1>/g)).to.have.lengthOf(1)
        expect(contentOf('title', html)).to.match(/[a-z]/i).and.equal(contentOf('h1', html))
      })

      it(`${name}: forbids everything but its own style and script (W7)`, () => {
        const style = contentOf('style', html) ?? ''
        const script = contentOf('script', html)

        expect(policy).to.match(/^default-src 'none'; /)
        expect(policy).to.include(`style-src ${sha256(style)};`)
        expect(policy).to.include("frame-ancestors 'none'; base-uri 'none'")
        const isFilledIn = html.includes('<form')
        const leadsAnywhere = name === 'form post' || name.startsWith('development')
        if (leadsAnywhere) expect(policy).to.not.include('form-action')
        else expect(policy).to.match(isFilledIn ? /form-action 'self';/ : /form-action '(?:none|self)';/)
        if (name === 'form post') expect(script).to.include('.submit.')
        expect(policy.includes('script-src')).to.equal(script !== undefined)
        if (script !== undefined) expect(policy).to.include(`script-src ${sha256(script)};`)
        expect(html).not.to.match(/ style=| on[a-z]+=/)
      })

      it(`${name}: loads nothing from anywhere (W12)`, () => {
        expect(html).not.to.match(/ src=|<link|@import|url\(/)
      })

      it(`${name}: binds a label to every field that a person fills in (WCAG 2.2 §1.3.1)`, () => {
        const inputs = [...html.matchAll(/<(?:input|textarea) [^>]*>/g)]
          .map(([tag]) => tag)
          .filter((tag) => !tag.includes('type="hidden"'))
        const labels = [...html.matchAll(/<label for="([^"]+)"/g)].map(([, id]) => id)

        expect(labels).to.deep.equal(inputs.map((tag) => tag.match(/ id="([^"]+)"/)?.[1]))
      })

      it(`${name}: describes fields only by what is on it (WCAG 2.2 §3.3.1)`, () => {
        for (const [, id] of html.matchAll(/aria-describedby="([^"]+)"/g))
          expect(html).to.include(` id="${id}"`)
      })
    }
  })
})

for (const [name, page] of [
  [
    'login',
    (logoUri: string) =>
      loginPage(plain, { client: { clientId: 'web', logoUri }, action: '/', abortUrl: '/' }),
  ],
  [
    'consent',
    (logoUri: string) =>
      consentPage(plain, { client: { clientId: 'web', logoUri }, action: '/', abortUrl: '/' }),
  ],
] as const)
  describe(`logo of a client at the ${name} page`, () => {
    for (const uri of [
      'http://rp.example.com/l.png',
      'data:image/png;base64,AA',
      'javascript:alert(1)',
      '//rp.example.com/l',
      'l.png',
    ]) {
      it(`is left out when it is ${uri}`, () => {
        const { html, policy } = page(uri)

        expect(html).not.to.include('<img')
        expect(policy).not.to.include('img-src')
      })
    }

    it('is shown over https, without telling where, and is all that the policy allows', () => {
      const { html, policy } = page('https://rp.example.com/l.png?a=1&b=2')

      expect(html).to.include(
        '<img class="logo" src="https://rp.example.com/l.png?a=1&amp;b=2" alt="" referrerpolicy="no-referrer">',
      )
      expect(policy).to.include('; img-src https://rp.example.com;')
    })
  })

describe('login page', () => {
  const client = { clientId: 'web', clientName: 'Web' }

  it('asks for login and password in a way that password managers know', () => {
    const { html } = loginPage(plain, { client, action: '/i/1', abortUrl: '/i/1/abort' })

    expect(html).to.include('<form method="post" action="/i/1">')
    expect(html).to.include('<input type="hidden" name="prompt" value="login">')
    expect(html).to.match(/<input id="login" name="login" type="text" dir="auto" autocomplete="username"/)
    expect(html).to.match(
      /<input id="password" name="password" type="password" autocomplete="current-password"/,
    )
    expect(html).to.include('href="/i/1/abort"')
    expect(html).to.include('any username and any password works')
  })

  it('ties an error to both fields', () => {
    const { html } = loginPage(plain, { client, action: '/', abortUrl: '/', error: 'No.' })

    expect(html).to.include('role="alert" id="login-error">No.<')
    expect(html.match(/aria-invalid="true" aria-describedby="login-error"/g)).to.have.lengthOf(2)
  })

  it('fills in a hint and asks for the password next (OpenID Connect Core 1.0 §3.1.2.1)', () => {
    const { html } = loginPage(plain, { client, action: '/', abortUrl: '/', loginHint: 'ann' })

    expect(html).to.include('value="ann"')
    expect(html).to.match(/<input id="password"[^>]* autofocus>/)
    expect(html.match(/autofocus/g)).to.have.lengthOf(1)
  })

  it('leads nowhere but here (Content Security Policy Level 3 §6.4.1)', () => {
    expect(loginPage(plain, { client, action: '/', abortUrl: '/' }).policy).to.include("form-action 'self';")
  })
})

describe('consent page', () => {
  const view = { client: { clientId: 'web', clientName: 'Web' }, action: '/i', abortUrl: '/a' }

  it('says what offline_access means (OpenID Connect Core 1.0 §11)', () => {
    expect(consentPage(plain, { ...view, scopes: ['offline_access'] }).html).to.include(
      'when you are not there',
    )
  })

  const wishes: readonly [scope: string, wish: string][] = [
    ['openid', 'know who you are'],
    ['profile', 'see your profile'],
    ['email', 'see your email address'],
    ['address', 'see your postal address'],
    ['phone', 'see your phone number'],
    ['offline_access', 'keep this access while you are away'],
  ]
  for (const [scope, wish] of wishes) {
    it(`says in words what ${scope} means (OpenID Connect Core 1.0 §5.4)`, () => {
      expect(consentPage(plain, { ...view, scopes: [scope] }).html).to.include(`<li>${wish}<small>`)
    })
  }

  it('tells no place where the answer goes to none', () => {
    expect(consentPage(plain, { ...view, redirectUri: '' }).html).to.not.include('You go on')
    expect(consentPage(plain, view).html).to.not.include('You go on')
  })

  it('lists scopes, claims and resource scopes that are asked for, and nothing else', () => {
    const { html } = consentPage(plain, {
      ...view,
      scopes: ['openid', 'notes'],
      claims: ['gender'],
      resourceScopes: { 'https://api.example.com': ['read'], 'https://empty.example.com': [] },
    })
    const items = [...html.matchAll(/<li>(.*?)(?:<small>.*)?<\/li>/g)].map(([, item = '']) =>
      item.replace(/<[^>]*>/g, ''),
    )

    expect(html).to.match(/<h2 id="wishes">It wants to<\/h2>\s*<ul aria-labelledby="wishes">/)
    expect(items).to.deep.equal([
      'know who you are',
      'use notes',
      'see your gender',
      'use read at https://api.example.com',
    ])
    expect(html).not.to.include('https://empty.example.com')
  })

  it('says so when nothing new is asked for', () => {
    const { html } = consentPage(plain, view)

    expect(html).not.to.include('<li>')
    expect(html).to.include('nothing beyond what you allowed before')
  })

  it('names the account in use, as text, and offers to be somebody else', () => {
    const { html } = consentPage(plain, { ...view, accountId: '<b>ann', switchUrl: '/i/switch' })

    expect(html).to.include(
      'Signed in as <strong><bdi>&lt;b&gt;ann</bdi></strong>. <a href="/i/switch">Not you?</a>',
    )
    expect(consentPage(plain, view).html).to.not.include('Not you?')
  })

  it('does not agree on a stray Enter key', () => {
    expect(consentPage(plain, view).html).not.to.include('autofocus')
  })

  const destinations: readonly [redirectUri: string, text: RegExp][] = [
    ['https://rp.example.com/cb', /You go on at <bdi>rp\.example\.com<\/bdi>\./],
    ['http://localhost:3001/cb', /<bdi>localhost:3001<\/bdi>: a program on this device/],
    ['http://127.0.0.1:3001/cb', /a program on this device/],
    ['http://[::1]:3001/cb', /a program on this device/],
    ['cursor://callback', /the app on this device that opens <bdi>cursor:<\/bdi>/],
    ['com.example.app:/cb', /the app on this device that opens <bdi>com\.example\.app:<\/bdi>/],
  ]
  for (const [redirectUri, text] of destinations) {
    it(`tells where ${redirectUri} leads (RFC 8252 §8.6, Z8)`, () => {
      expect(consentPage(plain, { ...view, redirectUri }).html).to.match(text)
    })
  }

  it("links to the client's policy and terms over https only", () => {
    const client = { clientId: 'web', policyUri: 'javascript:alert(1)', tosUri: 'https://rp.example.com/tos' }
    const { html } = consentPage(plain, { ...view, client })

    expect(html).not.to.include('javascript:')
    expect(html).to.include('<p>More about <bdi>web</bdi>: <a href="https://rp.example.com/tos"')
    expect(html).to.match(/<p>More about <bdi>web<\/bdi>: <a [^>]*>[^<]*<\/a><\/p>/)
  })

  it("links to the client's policy and terms, both where there are both, and says nothing where there are none", () => {
    const [policyUri, tosUri] = ['https://rp.example.com/policy', 'https://rp.example.com/tos']
    const both = consentPage(plain, { ...view, client: { clientId: 'web', policyUri, tosUri } })
    const none = consentPage(plain, { ...view, client: { clientId: 'web' } })

    expect(both.html).to.match(
      /<p>More about <bdi>web<\/bdi>: <a [^>]*>[^<]*<\/a> · <a [^>]*>[^<]*<\/a><\/p>/,
    )
    expect(none.html).not.to.include('More about')
  })
})

describe('error page', () => {
  it('shows every member and a hint for the person', () => {
    const { html, policy } = errorPage(plain, {
      error: 'access_denied',
      error_description: 'no',
      state: 's',
      iss: 'https://op',
    })

    for (const text of ['access_denied', 'no', 's', 'https://op'])
      expect(html).to.include(`<bdi>${text}</bdi>`)
    expect(html).to.include('Access was not allowed.')
    expect(policy).to.include("form-action 'none'")
  })

  const hints: readonly [error: string, hint: RegExp][] = [
    ['expired_token', /It took too long/],
    ['login_required', /You have to sign in first/],
    ['server_error', /our mistake, not yours/],
    ['temporarily_unavailable', /Try again in a moment/],
    ['invalid_request', /tell the people who run it/],
  ]
  for (const [error, hint] of hints) {
    it(`tells a person what to do about ${error}`, () => {
      expect(contentOf('main', errorPage(plain, { error }).html)).to.match(hint)
    })
  }

  it('names the members that people know in words, and all others as they are sent', () => {
    const { html } = errorPage(plain, { error: 'e', error_description: 'd', state: 's' })

    expect([...html.matchAll(/<dt>(.*?)<\/dt>/g)].map(([, name]) => name)).to.deep.equal([
      'Error',
      'Description',
      '<code><bdi>state</bdi></code>',
    ])
  })

  it('has the title that it is given', () => {
    expect(contentOf('h1', errorPage(plain, { error: 'e' }, { title: 'Once more' }).html)).to.equal(
      'Once more',
    )
    expect(contentOf('h1', errorPage(plain, { error: 'e' }).html)).to.equal('Something went wrong')
  })

  it('shows members that are no text as JSON', () => {
    const out = { error: 'invalid_request', ...Object({ nested: { a: [1] } }) }

    expect(errorPage(plain, out).html).to.include('<bdi>{&quot;a&quot;:[1]}</bdi>')
  })

  it('leaves absent members out', () => {
    expect(errorPage(plain, { error: 'invalid_request', state: undefined }).html).not.to.include('state')
  })
})

describe('form post page (OAuth 2.0 Form Post Response Mode 1.0 §2)', () => {
  it('posts to the redirect_uri, and lets the client send the browser on (A72)', () => {
    const { html, policy } = formPostPage(plain, 'https://rp.example.com/cb?a=1&b=2', {
      code: 'c',
      state: undefined,
      expires_in: 0,
    })

    expect(html).to.include('<form method="post" action="https://rp.example.com/cb?a=1&amp;b=2">')
    expect(policy).to.not.include('form-action')
    expect(
      [...html.matchAll(/name="([^"]+)" value="([^"]*)"/g)].slice(-2).map((m) => m.slice(1)),
    ).to.deep.equal([
      ['code', 'c'],
      ['expires_in', '0'],
    ])
  })

  it('has a button for when scripts do not run (W11)', () => {
    expect(formPostPage(plain, 'https://rp.example.com/cb', {}).html).to.include(
      '<button type="submit">Continue</button>',
    )
  })
})

describe('device pages (RFC 8628 §3.3)', () => {
  const messages: readonly [name: string, userCode: string | undefined, text: RegExp][] = [
    ['NoCodeError', undefined, /Enter the code first/],
    ['NotFoundError', 'BCDF', /not right, was used already or is too old/],
    ['ExpiredError', 'BCDF', /not right, was used already or is too old/],
    ['AlreadyUsedError', 'BCDF', /not right, was used already or is too old/],
    ['AbortedError', undefined, /was interrupted/],
    ['TooManyAttempts', undefined, /Too many wrong codes/],
    ['AccessDenied', undefined, /Start again there for a new code/],
    ['TypeError', undefined, /could not be checked/],
  ]
  for (const [name, userCode, text] of messages) {
    it(`tell what ${name} means to a person`, () => {
      const { html } = deviceInputPage(plain, { form: '', error: { name, userCode } })

      expect(html).to.match(/role="alert" id="op\.deviceMessage"/)
      expect(html).to.match(text)
    })
  }

  it('fill in the code of the link but leave the decision to a button (§3.3.1)', () => {
    const { html } = deviceInputPage(plain, {
      form: deviceInputForm(plain, { action: '/device', xsrf: 'x', userCode: 'BCDF-GHJK' }),
    })

    expect(html).to.include('value="BCDF-GHJK"')
    expect(html).to.include('<button type="submit" form="op.deviceInputForm">')
    expect(html).not.to.include('<script')
  })

  it('show device, code and a way out before anything is allowed (§5.4)', () => {
    const { html } = deviceConfirmPage(plain, {
      form: deviceConfirmForm('/device', 'x', 'BCDF-GHJK'),
      client: { clientId: 'tv', clientName: 'TV' },
      deviceInfo: { ip: '192.0.2.1', ua: 'TV/1.0', empty: '' },
      userCode: 'BCDF-GHJK',
    })

    for (const text of ['TV', '192.0.2.1', 'TV/1.0', 'BCDF-GHJK'])
      expect(html).to.include(`<bdi>${text}</bdi>`)
    expect(html).not.to.include('empty')
    expect(html).to.include('name="abort" value="yes"')
    expect(html).not.to.include('autofocus')
  })
})

describe('logout page (OpenID Connect RP-Initiated Logout 1.0 §2)', () => {
  it('offers both answers for the given form', () => {
    const { html } = logoutPage(plain, {
      form: logoutForm('/session/end/confirm', 'x'),
      host: 'op.example.com',
    })

    expect(html).to.include('<form id="op.logoutForm" method="post" action="/session/end/confirm">')
    expect(html).to.include('form="op.logoutForm" name="logout" value="yes"')
    expect(html.match(/<button /g)).to.have.lengthOf(2)
  })
})
