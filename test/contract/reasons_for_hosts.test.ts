import { expect } from 'chai'
import express from 'express'
import { errors } from '../../lib/index.ts'
import { startServer, stopServers } from '../support/local_server.ts'
import { REDIRECT_URI, startProvider, stopProviders } from '../support/start_provider.ts'

describe('the whole reason is for the host (error_detail of its events), not for who asks', () => {
  afterEach(async () => {
    await stopServers()
    await stopProviders()
  })

  it('which redirect_uri was received and which are registered (RFC 6749 §4.1.2.1)', async () => {
    const op = await startProvider()
    const failed = op.nextError('authorization.error')

    const page = await op.agent().get(op.authorizationUrl({ redirect_uri: `${REDIRECT_URI}/` }))

    expect((await failed).error_detail).to.equal(
      `received "${REDIRECT_URI}/", registered: ${REDIRECT_URI}; they are compared exactly`,
    )
    expect(page.status).to.equal(400)
    expect(await page.text())
      .to.include('invalid_redirect_uri')
      .and.to.not.include('registered: ')
  })

  it('which client is not known, at the authorization endpoint (RFC 6749 §4.1.2.1)', async () => {
    const op = await startProvider()
    const failed = op.nextError('authorization.error')

    const page = await op.agent().get(op.authorizationUrl({ client_id: 'nobody' }))

    expect((await failed).error_detail).to.equal('client not found: "nobody"')
    expect(await page.text()).to.not.include('not found')
  })

  it('which client is not known, at the token endpoint (RFC 6749 §5.2)', async () => {
    const op = await startProvider()
    const failed = op.nextError('grant.error')

    const sent = { grant_type: 'client_credentials', client_id: 'nobody', client_secret: 'x' }
    const answer = await op.agent().post(op.provider.urlFor('token'), sent)

    expect((await failed).error_detail).to.equal('client not found: "nobody"')
    expect(await answer.text()).to.not.include('not found')
  })

  it('where a cookie was missing, by the path that the browser knows, in a router of express, too', async () => {
    const op = await startProvider()
    const thrown: unknown[] = []
    const router = express.Router().get('/', async (req, res) => {
      await op.provider.interactionDetails(req, res).catch((error) => thrown.push(error))
      res.end()
    })
    const host = await startServer(express().use('/interaction/:uid', router))

    await op.agent().get(`${host.origin}/interaction/nothing?x=y`)

    const [error] = thrown
    expect(error).to.be.instanceOf(errors.SessionNotFound)
    expect(error)
      .to.have.property('error_detail')
      .that.includes('was not sent to /interaction/nothing; likely')
  })

  it('that a token at UserInfo is a JWT, which is for an API (RFC 9068, OpenID Connect Core 1.0 §5.3)', async () => {
    const op = await startProvider()
    const failed = op.nextError('userinfo.error')

    const { body } = await op.userinfo('eyJhbGciOiJFUzI1NiJ9.e30.c2lnbmF0dXJl')

    expect((await failed).error_detail).to.equal(
      'this is a JWT; userinfo takes access tokens that were asked for without resource',
    )
    expect(body['error_description']).to.equal('invalid token provided')
  })
})
