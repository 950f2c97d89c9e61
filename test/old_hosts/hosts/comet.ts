import assert from 'node:assert/strict'
import { join } from 'node:path'
import * as oauth from 'openid-client'
import { Browsing } from '../../support/browsing.ts'
import type { OldHost } from '../old_host.ts'

/** It listens there and nowhere else. */
const ORIGIN = 'http://localhost:8080'
const SECRET = 'a-secret-of-the-application'
const CALLBACK = 'http://localhost:1/cb'

/** @comet/dev-oidc-provider, a program for version 9 that renders its screens by a library for Koa. */
export const comet: OldHost = {
  name: 'comet',
  isSmall: false,
  reference: '^9',
  dependencies: { '@comet/dev-oidc-provider': '^1.2.0' },
  async visit(installed, told) {
    const command = join('node_modules', '@comet', 'dev-oidc-provider', 'lib', 'run.js')
    await installed.start([command], ORIGIN)
    const authentication = oauth.ClientSecretBasic(SECRET)
    const config = await oauth.discovery(new URL(ORIGIN), 'app', SECRET, authentication, {
      execute: [oauth.allowInsecureRequests],
    })
    const pkceCodeVerifier = oauth.randomPKCECodeVerifier()
    const url = oauth.buildAuthorizationUrl(config, {
      redirect_uri: CALLBACK,
      scope: 'openid profile email',
      code_challenge: await oauth.calculatePKCECodeChallenge(pkceCodeVerifier),
      code_challenge_method: 'S256',
    })
    const browsing = new Browsing('http://localhost:1/')
    const arrived = await browsing.submit(await browsing.open(url.href), { login: 'ada' })
    const tokens = await oauth.authorizationCodeGrant(config, new URL(arrived.url), { pkceCodeVerifier })
    const { email } = await oauth.fetchUserInfo(config, tokens.access_token, 'ada')
    assert.equal(email, 'ada@example.com')
    told('somebody is picked, and the application gets tokens and claims')
  },
}
