import { expect } from 'chai'
import { memoryAdapter } from '../../lib/adapters/memory.ts'
import type { ClientMetadata } from '../../types/client.ts'
import { faultyAdapter } from '../support/faulty_adapter.ts'
import { attack, expectPage, type Scene } from '../support/invariants.ts'
import { REDIRECT_URI, WEB_CLIENT } from '../support/start_provider.ts'

const WITH_QUERY = 'https://rp.example.com/cb?a=1&b=2'
const ANDROID: ClientMetadata = {
  client_id: 'app',
  application_type: 'native',
  token_endpoint_auth_method: 'none',
  redirect_uris: ['http://127.0.0.1/cb', 'http://[::1]/cb', 'com.example.app:/cb'],
}
const CLIENTS: ClientMetadata[] = [
  WEB_CLIENT,
  { ...WEB_CLIENT, client_id: 'two', redirect_uris: [REDIRECT_URI, 'https://rp.example.com/other'] },
  { ...WEB_CLIENT, client_id: 'query', redirect_uris: [WITH_QUERY] },
  { ...WEB_CLIENT, client_id: 'dot', redirect_uris: ['https://foo.example.com/cb'] },
  { ...WEB_CLIENT, client_id: 'port', redirect_uris: ['https://rp.example.com:443/cb'] },
  { ...WEB_CLIENT, client_id: 'loopback', redirect_uris: ['http://127.0.0.1/cb'] },
  ANDROID,
]
const CHALLENGE = {
  code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
  code_challenge_method: 'S256',
}

const start = (scene: Scene) => scene.start({ clients: CLIENTS })

/** A request whose redirect_uri is written into the URL as it is. */
const withRedirectUri = (origin: string, uri: string, clientId = 'web') =>
  `${origin}/auth?client_id=${clientId}&response_type=code&scope=openid&redirect_uri=${encodeURIComponent(uri)}`

describe('authorization endpoint: client and redirect_uri (RFC 6749 §3.1.2, RFC 9700 §4.1)', () => {
  attack('A1', 'no parameters at all get a page (RFC 6749 §4.1.2.1)', async (scene) => {
    const op = await start(scene)

    await expectPage(op, '/auth', 'invalid_request')
  })

  attack('A2', 'an unknown client_id gets a page and nothing is written', async (scene) => {
    const op = await start(scene)

    await expectPage(op, withRedirectUri(op.origin, REDIRECT_URI, 'nobody'), 'invalid_client')
  })

  for (const [what, clientId] of [
    ['a trailing space', 'web%20'],
    ['a NUL', 'web%00'],
    ['another case', 'WEB'],
    ['a zero-width character', 'web%E2%80%8B'],
  ]) {
    attack('A4', `${what} in the client_id names another client, which is unknown`, async (scene) => {
      const op = await start(scene)

      await expectPage(op, withRedirectUri(op.origin, REDIRECT_URI, clientId), 'invalid_client')
    })
  }

  attack('A4', 'a client_id in decomposed form is not the composed one', async (scene) => {
    const op = await scene.start({ clients: [{ ...WEB_CLIENT, client_id: 'caf%C3%A9' }, WEB_CLIENT] })

    await expectPage(op, withRedirectUri(op.origin, REDIRECT_URI, 'cafe%CC%81'), 'invalid_client')
  })

  attack('A5', 'no redirect_uri gets a page when several are registered', async (scene) => {
    const op = await start(scene)

    await expectPage(op, '/auth?client_id=two&response_type=code&scope=openid', 'invalid_request')
  })

  for (const [what, second] of [
    ['an identical one', REDIRECT_URI],
    ['another origin', 'https://evil.example/cb'],
  ] as const) {
    attack('A7', `a repeated redirect_uri gets a page, with ${what} (RFC 6749 §3.1)`, async (scene) => {
      const op = await start(scene)
      const url = `${withRedirectUri(op.origin, REDIRECT_URI)}&redirect_uri=${encodeURIComponent(second)}`

      await expectPage(op, url, 'invalid_request')
    })
  }

  for (const [id, what, uri] of [
    ['A8', 'another host', 'https://evil.example/cb'],
    ['A8', 'a host that starts like the registered one', 'https://rp.example.com.evil.example/cb'],
    ['A10', 'a user name that looks like the host', 'https://rp.example.com@evil.example/cb'],
    ['A10', 'an encoded user name', 'https://rp.example.com%40evil.example/cb'],
    ['A11', 'a backslash before the host', 'https://rp.example.com\\@evil.example/cb'],
    ['A12', 'a longer path', `${REDIRECT_URI}/x`],
    ['A12', 'a trailing slash', `${REDIRECT_URI}/`],
    ['A12', 'a shorter path', 'https://rp.example.com/'],
    ['A12', 'a path that climbs', 'https://rp.example.com/x/../cb'],
    ['A14', 'another case of the path', 'https://rp.example.com/CB'],
    ['A14', 'another case of the host', 'https://RP.example.com/cb'],
    ['A14', 'another case of the scheme', 'HTTPS://rp.example.com/cb'],
    ['A15', 'an explicit default port', 'https://rp.example.com:443/cb'],
    ['A17', 'an added query', `${REDIRECT_URI}?a=1`],
    ['A18', 'a fragment', `${REDIRECT_URI}#x`],
    ['A18', 'an empty fragment', `${REDIRECT_URI}#`],
    ['A20', 'a tab', 'https://rp.example.com/\tcb'],
    ['A20', 'a line feed', `${REDIRECT_URI}\n`],
    ['A20', 'CRLF', `${REDIRECT_URI}\r\nSet-Cookie: a=b`],
    ['A20', 'a NUL', `${REDIRECT_URI}\0`],
    ['A20', 'a leading space', ` ${REDIRECT_URI}`],
    ['A20', 'U+2028', `${REDIRECT_URI}\u2028`],
    ['A21', 'a javascript URI', 'javascript:alert(1)//rp.example.com/cb'],
    ['A21', 'a data URI', 'data:text/html,<script>alert(1)</script>'],
    ['A21', 'a vbscript URI', 'vbscript:msgbox(1)'],
    ['A21', 'a blob URI', 'blob:https://rp.example.com/cb'],
    ['A21', 'a file URI', 'file:///etc/passwd'],
    ['A22', 'a URI without a scheme', '//evil.example/cb'],
    ['A22', 'an absolute path', '/cb'],
    ['A22', 'a relative path', 'cb'],
    ['A31', 'a loopback URI of a web client', 'http://127.0.0.1:51004/cb'],
  ] as const) {
    attack(id, `${what} in the redirect_uri gets a page (RFC 9700 §4.1.3)`, async (scene) => {
      const op = await start(scene)

      await expectPage(op, withRedirectUri(op.origin, uri), 'invalid_redirect_uri')
    })
  }

  attack('A15', 'a removed default port gets a page', async (scene) => {
    const op = await start(scene)

    await expectPage(op, withRedirectUri(op.origin, REDIRECT_URI, 'port'), 'invalid_redirect_uri')
  })

  for (const [what, uri] of [
    ['reordered', 'https://rp.example.com/cb?b=2&a=1'],
    ['changed', 'https://rp.example.com/cb?a=1&b=3'],
    ['longer', `${WITH_QUERY}&c=3`],
    ['dropped', REDIRECT_URI],
  ] as const) {
    attack('A17', `a ${what} query in the redirect_uri gets a page`, async (scene) => {
      const op = await start(scene)

      await expectPage(op, withRedirectUri(op.origin, uri, 'query'), 'invalid_redirect_uri')
    })
  }

  attack('A17', 'the query that is registered stays in front of the answer', async (scene) => {
    const op = await start(scene)

    const response = await op
      .agent()
      .get(`${withRedirectUri(op.origin, WITH_QUERY, 'query')}&prompt=none&state=s`)

    expect(response.headers.get('location')).to.match(/^https:\/\/rp\.example\.com\/cb\?a=1&b=2&error=/)
  })

  attack('A24', 'a dot of a registered host matches a dot only', async (scene) => {
    const op = await start(scene)

    await expectPage(
      op,
      withRedirectUri(op.origin, 'https://fooaexample.com/cb', 'dot'),
      'invalid_redirect_uri',
    )
  })

  for (const name of ['redirect_uri[]', 'redirect_uri[0]', 'redirect_uri.x', 'REDIRECT_URI']) {
    attack('A25', `${name} is not the parameter redirect_uri`, async (scene) => {
      const op = await start(scene)
      const url = `/auth?client_id=two&response_type=code&scope=openid&${encodeURIComponent(name)}=${encodeURIComponent(REDIRECT_URI)}`

      await expectPage(op, url, 'invalid_request')
    })
  }

  for (const uri of ['http://127.0.0.1:51004/cb', 'http://[::1]:99/cb', 'com.example.app:/cb']) {
    const id = uri.startsWith('http') ? 'A27' : 'A32'
    attack(id, `a native client gets its answer at ${uri} (RFC 8252 §7)`, async (scene) => {
      const op = await start(scene)
      const proof = new URLSearchParams(CHALLENGE)

      const response = await op.agent().get(`${withRedirectUri(op.origin, uri, 'app')}&prompt=none&${proof}`)

      expect(response.headers.get('location')).to.match(/[?&]error=login_required/)
      expect(response.headers.get('location')?.startsWith(`${uri}?`)).to.equal(true)
    })
  }

  for (const [id, what, uri] of [
    ['A28', 'localhost where only addresses are registered (RFC 8252 §8.3)', 'http://localhost:51004/cb'],
    ['A30', 'a short address', 'http://127.1/cb'],
    ['A30', 'a decimal address', 'http://2130706433/cb'],
    ['A30', 'a hexadecimal address', 'http://0x7f.1/cb'],
    ['A30', 'an octal address', 'http://0177.0.0.1/cb'],
    ['A30', 'a mapped address', 'http://[::ffff:127.0.0.1]/cb'],
    ['A30', 'a port out of range', 'http://127.0.0.1:99999/cb'],
    ['A30', 'a user name that looks like the address', 'http://127.0.0.1:1@evil.example/cb'],
    ['A32', 'an authority in an own scheme (RFC 8252 §7.1)', 'com.example.app://evil/cb'],
    ['A32', 'another case of an own scheme', 'COM.example.app:/cb'],
  ] as const) {
    attack(id, `${what} of a native client gets a page`, async (scene) => {
      const op = await start(scene)

      await expectPage(op, withRedirectUri(op.origin, uri, 'app'), 'invalid_redirect_uri')
    })
  }

  attack(
    'A34',
    'a failing look-up of the client gets a page and no redirect',
    async (scene) => {
      const faulty = faultyAdapter(memoryAdapter())
      const op = await scene.start({ adapter: faulty.adapter })
      faulty.arm(1, 'throw-before', 10)

      await expectPage(op, withRedirectUri(op.origin, REDIRECT_URI, 'stored'), 'server_error', 500)
      faulty.disarm()
    },
    { fails: [500] },
  )

  attack(
    'A34',
    'storage that does not answer in time gets a page that says when to come back',
    async (scene) => {
      const faulty = faultyAdapter(memoryAdapter())
      const op = await scene.start({ adapter: faulty.adapter, storageTimeout: 0.05 })
      faulty.arm(1, 'hang', 10)

      const response = await op.agent().get(withRedirectUri(op.origin, REDIRECT_URI, 'stored'))

      expect(response.status).to.equal(503)
      expect(response.headers.get('retry-after')).to.match(/^\d+$/)
      expect(response.headers.get('location')).to.equal(null)
      faulty.disarm()
    },
    { fails: [503] },
  )
})
