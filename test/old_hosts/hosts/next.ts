import assert from 'node:assert/strict'
import { join } from 'node:path'
import * as oauth from 'openid-client'
import { Browsing } from '../../support/browsing.ts'
import { freePort } from '../../support/free_port.ts'
import type { OldHost } from '../old_host.ts'

const COMMAND = join('node_modules', 'next', 'dist', 'bin', 'next')
const CALLBACK = 'http://localhost:3001/cb'
const SECRET = 'change me, it has to be a long one'

/** The example for Next.js, built and started as in production. */
export const next: OldHost = {
  name: 'next',
  isSmall: false,
  imports: 'openid-provider',
  programs: 'example/next',
  dependencies: { next: '^16.4.0', react: '^19.2.0', 'react-dom': '^19.2.0' },
  async visit(installed, told) {
    await installed.run([COMMAND, 'build'])
    told('it builds')
    const port = await freePort()
    const origin = `http://localhost:${port}`
    const env = { ISSUER: `${origin}/oidc`, NODE_ENV: 'production' }
    await installed.start([COMMAND, 'start', '-p', String(port)], origin, env)
    const config = await oauth.discovery(
      new URL(`${origin}/oidc`),
      'app',
      SECRET,
      oauth.ClientSecretBasic(SECRET),
      {
        execute: [oauth.allowInsecureRequests],
      },
    )
    const pkceCodeVerifier = oauth.randomPKCECodeVerifier()
    const url = oauth.buildAuthorizationUrl(config, {
      redirect_uri: CALLBACK,
      scope: 'openid',
      code_challenge: await oauth.calculatePKCECodeChallenge(pkceCodeVerifier),
      code_challenge_method: 'S256',
    })
    const browsing = new Browsing('http://localhost:3001')
    const login = await browsing.open(url.href)
    const stranger = await browsing.agent.post(
      `${login.url}/answer`,
      { login: 'ada' },
      { origin: 'https://attacker.example' },
    )
    assert.equal(stranger.status, 403)
    const consent = await browsing.submit(login, { login: 'ada' })
    assert.match(consent.text, /Allow app/)
    const arrived = await browsing.submit(consent)
    const tokens = await oauth.authorizationCodeGrant(config, new URL(arrived.url), { pkceCodeVerifier })
    assert.equal(tokens.claims()?.sub, 'ada')
    told('somebody logs in and agrees by its pages, and the application gets tokens')
    const metadata = await fetch(`${origin}/.well-known/oauth-authorization-server/oidc`)
    assert.equal(metadata.status, 200)
    told('the document of RFC 8414 stands where it has to')
  },
}
