import { runInNewContext } from 'node:vm'
import { expect } from 'chai'
import { errors } from '../../../lib/index.ts'
import { startProvider, stopProviders, WEB_CLIENT } from '../../support/start_provider.ts'

class OutOfStock extends errors.OIDCProviderError {
  constructor() {
    super(409, 'out_of_stock', 'nothing is left')
  }
}

/** As hosts wrote it: what it says is said in members. */
class Moved extends errors.OIDCProviderError {
  override error_description = 'it is elsewhere'
  override error_detail = 'for the log'
  override expose = false
  override statusCode = 410

  constructor() {
    super(400, 'moved')
  }
}

/** Members that are set after it was made, as the document declares them. */
function changed(members: Partial<errors.OIDCProviderError>): errors.OIDCProviderError {
  return Object.assign(new errors.OIDCProviderError(400, 'my_error'), members)
}

/** A provider with a grant of the host's that throws. */
async function startThrowing(thrown: () => unknown) {
  const op = await startProvider({
    clients: [{ ...WEB_CLIENT, grant_types: ['authorization_code', 'urn:example:grant'] }],
  })
  op.provider.registerGrantType('urn:example:grant', () => {
    throw thrown()
  })
  return op
}

/** The answer to it, and what listeners are told. */
async function answerTo(thrown: () => unknown) {
  const op = await startThrowing(thrown)
  const failed = op.nextError('grant.error')
  const { status, body } = await op.token({ grant_type: 'urn:example:grant' })
  return { status, body, told: await failed, serverErrors: op.serverErrors }
}

describe('errors that hosts throw (RFC 6749 §5.2)', () => {
  afterEach(stopProviders)

  it('F316 an OIDCProviderError of status, error and description is answered with them', async () => {
    const { status, body, told } = await answerTo(
      () => new errors.OIDCProviderError(400, 'my_error', 'description'),
    )

    expect({ status, body }).to.deep.equal({
      status: 400,
      body: { error: 'my_error', error_description: 'description' },
    })
    expect(told).to.include({ message: 'my_error', error: 'my_error', status: 400, statusCode: 400 })
  })

  it('F316 so is a subclass of it, under its own name', async () => {
    const { status, body, told } = await answerTo(() => new OutOfStock())

    expect({ status, body }).to.deep.equal({
      status: 409,
      body: { error: 'out_of_stock', error_description: 'nothing is left' },
    })
    expect(told).to.be.instanceOf(OutOfStock).and.to.have.property('name', 'OutOfStock')
  })

  it('F316 a subclass may set what version 8 lets it set: expose, statusCode and allow_redirect', async () => {
    class Throttled extends errors.OIDCProviderError {
      constructor() {
        super(400, 'throttled')
        this.error_description = 'later'
        this.expose = false
        this.statusCode = 429
        this.allow_redirect = false
      }
    }
    const { status, body, told } = await answerTo(() => new Throttled())

    expect({ status, body }).to.deep.equal({
      status: 429,
      body: { error: 'throttled', error_description: 'later' },
    })
    expect(told).to.include({ status: 429, statusCode: 429, expose: false, allow_redirect: false })
  })

  it('F316 without a description there is none', async () => {
    const { body } = await answerTo(() => new errors.OIDCProviderError(400, 'my_error'))

    expect(body).to.deep.equal({ error: 'my_error' })
  })

  for (const json of ['null', '7', '{"code":"E1"}', '["x"]', 'true']) {
    it(`F316 a description that is ${json} is left out, and nothing ends in 500`, async () => {
      const invalid = await answerTo(() => new errors.InvalidRequest(JSON.parse(json)))
      const grant = await answerTo(() => new errors.InvalidGrant(JSON.parse(json)))
      const target = await answerTo(() => new errors.InvalidTarget(JSON.parse(json)))
      const own = await answerTo(() => new errors.OIDCProviderError(400, 'my_error', JSON.parse(json)))

      expect(invalid.body).to.deep.equal({
        error: 'invalid_request',
        error_description: 'request is invalid',
      })
      expect(grant.body).to.deep.equal({
        error: 'invalid_grant',
        error_description: 'grant request is invalid',
      })
      expect(target.body['error']).to.equal('invalid_target')
      expect(own.body).to.deep.equal({ error: 'my_error' })
      for (const { status, serverErrors } of [invalid, grant, target, own])
        expect([status, serverErrors]).to.deep.equal([400, []])
    })
  }

  it('F316 a status that is none of an error becomes 400', async () => {
    const { status } = await answerTo(() => new errors.OIDCProviderError(200, 'my_error'))

    expect(status).to.equal(400)
  })

  for (const thrown of ['a text', undefined, null, { message: 'looks like one' }]) {
    it(`${JSON.stringify(thrown)} is told listeners of server_error as the cause of an Error`, async () => {
      const op = await startThrowing(() => thrown)
      const { status } = await op.token({ grant_type: 'urn:example:grant' })

      expect(status).to.equal(500)
      expect(op.serverErrors).to.have.length(1)
      expect(op.serverErrors[0]).to.be.instanceOf(Error).and.to.have.property('cause', thrown)
    })
  }

  it('an Error is told them as it is, also one from another context', async () => {
    const thrown: unknown[] = [new TypeError('own'), runInNewContext('new Error("foreign")')]
    for (const error of thrown) {
      const op = await startThrowing(() => error)
      await op.token({ grant_type: 'urn:example:grant' })

      expect(op.serverErrors[0]).to.equal(error)
    }
  })

  it('F316 members that the host sets afterwards are answered and told', async () => {
    const { status, body, told } = await answerTo(() =>
      changed({ error: 'other_error', error_description: 'set later', error_detail: 'why', statusCode: 409 }),
    )

    expect({ status, body }).to.deep.equal({
      status: 409,
      body: { error: 'other_error', error_description: 'set later' },
    })
    expect(told).to.include({ error_detail: 'why', status: 409, statusCode: 409, expose: true })
  })

  it('F316 status and statusCode are the same, and expose can be set', () => {
    const error = changed({ status: 503 })
    const { statusCode, expose } = error
    Object.assign(error, { expose: true, statusCode: 404 })

    expect([statusCode, expose]).to.deep.equal([503, false])
    expect([error.status, error.expose]).to.deep.equal([404, true])
  })

  it('F316 a subclass may say everything in members of its own', async () => {
    const { status, body, told } = await answerTo(() => new Moved())

    expect({ status, body }).to.deep.equal({
      status: 410,
      body: { error: 'moved', error_description: 'it is elsewhere' },
    })
    expect(told).to.include({ name: 'Moved', error_detail: 'for the log', expose: false })
  })

  it('F316 allow_redirect is set on one error, or on the prototype of a class (A071)', () => {
    const here = changed({ allow_redirect: false })

    expect(here.allow_redirect).to.equal(false)
    expect(new errors.OIDCProviderError(400, 'my_error').allow_redirect).to.equal(true)
  })

  it('F316 a description set afterwards leaves as printable ASCII, in a challenge too (RFC 6750 §3)', async () => {
    const op = await startProvider({
      findAccount: () => {
        throw changed({ statusCode: 401, error_description: 'caf\u00e9 "here"\r\nset-cookie: a=b' })
      },
    })
    const token = new op.provider.AccessToken({ accountId: 'alice', clientId: 'web', scope: 'openid' })
    const grant = new op.provider.Grant({ accountId: 'alice', clientId: 'web' })
    grant.addOIDCScope('openid')
    token.grantId = await grant.save()

    const { status, body, headers } = await op.userinfo(await token.save())

    const description = 'caf? ?here???set-cookie: a=b'
    expect([status, body]).to.deep.equal([401, { error: 'my_error', error_description: description }])
    expect(headers.get('www-authenticate')).to.include(`error_description="${description}"`)
  })

  it('F316 a status set afterwards that is none of an error becomes 400', async () => {
    const { status, body } = await answerTo(() => changed({ status: 200 }))

    expect([status, body]).to.deep.equal([400, { error: 'my_error' }])
  })
})
