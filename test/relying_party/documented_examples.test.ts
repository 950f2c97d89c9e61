import { expect } from 'chai'
import {
  type Client,
  custom,
  errors,
  type HttpRequestOptions,
  type HttpResponse,
  Issuer,
  Strategy,
  type TokenSet,
} from '../../lib/relying_party/index.ts'
import { failureOf } from '../support/failure_of.ts'
import { stopServers } from '../support/local_server.ts'
import { login, startBoth } from '../support/relying_party.ts'
import { stopProviders } from '../support/start_provider.ts'
import { CERTIFICATE } from '../support/tls_certificate.ts'

/** Examples of the documentation as they stand there, apart from addresses, and `console` that is collected here. */
describe('the documented examples of the client (client-api-v4.md)', () => {
  const printed: string[] = []
  const console = {
    log: (format: string, ...values: unknown[]) => {
      printed.push(values.reduce<string>((text, value) => text.replace(/%[iosO]/, String(value)), format))
    },
  }

  afterEach(async () => {
    printed.length = 0
    delete Issuer[custom.http_options]
    custom.setHttpOptionsDefaults({ timeout: 3500, hooks: undefined })
    await stopServers()
    await stopProviders()
  })

  it('F362 F363 discovery and the Client class of an issuer', async () => {
    const { op } = await startBoth()
    await (async () => {
      const issuer: Issuer<Client> = await Issuer.discover(op.issuer)
      const Client = issuer.Client
      const client = new Client({ client_id: 'web' })
      expect(client).to.be.instanceOf(Client)
      expect(client.metadata).to.include({ client_id: 'web', id_token_signed_response_alg: 'RS256' })
    })()
  })

  it('F390 a longer time-out for all requests', async () => {
    const { op, client } = await startBoth()
    custom.setHttpOptionsDefaults({
      timeout: 5000,
    })
    expect((await login(op, client)).tokens.claims().sub).to.equal('alice')
  })

  it('F390 printing requests and their responses', async () => {
    const { op, client } = await startBoth()
    custom.setHttpOptionsDefaults({
      hooks: {
        beforeRequest: [
          (options) => {
            console.log('--> %s %s', options.method.toUpperCase(), options.url.href)
            console.log('--> HEADERS %o', options.headers)
            if (options.body) {
              console.log('--> BODY %s', options.body)
            }
          },
        ],
        afterResponse: [
          (response) => {
            console.log(
              '<-- %i FROM %s %s',
              response.statusCode,
              response.request.options.method.toUpperCase(),
              response.request.options.url.href,
            )
            console.log('<-- HEADERS %o', response.headers)
            if (response.body) {
              console.log('<-- BODY %s', response.body)
            }
            return response
          },
        ],
      },
    })
    await login(op, client)
    expect(printed).to.include(`--> POST ${op.issuer}/token`)
    expect(printed).to.include(`<-- 200 FROM POST ${op.issuer}/token`)
    expect(printed.some((line) => line.startsWith('<-- BODY {"access_token"'))).to.equal(true)
  })

  it('F391 a function for the requests of one client', async () => {
    const { op, client } = await startBoth()
    // you can also set this on Issuer constructor, Issuer instance, or Client constructor
    client[custom.http_options] = (options) => {
      console.log('%s', options.timeout)
      options.timeout = 5000
      return options
    }
    await login(op, client)
    expect(printed).to.deep.equal(['3500'])
  })

  it('F391 F389 a certificate and key for mutual TLS', async () => {
    const { op, client } = await startBoth()
    const { cert: certificate, key } = CERTIFICATE
    client[custom.http_options] = (options) => {
      options.https = options.https || {}
      options.https.certificate = certificate // <string> | <string[]> | <Buffer> | <Buffer[]>
      options.https.key = key // <string> | <string[]> | <Buffer> | <Buffer[]> | <Object[]>
      // custom CA
      options.https.ca = certificate
      return options
    }
    expect((await login(op, client)).tokens.claims().sub).to.equal('alice')
  })

  it('F391 other options', async () => {
    const { op, client } = await startBoth()
    client[custom.http_options] = (options: HttpRequestOptions) => {
      options.headers = Object.assign(options.headers, { custom: 'foo' })
      options.timeout = 5000
      options.retry = 0
      options.followRedirect = false
      return options
    }
    expect((await login(op, client)).tokens.claims().sub).to.equal('alice')
  })

  it('F392 a tolerance for clocks that differ', async () => {
    const { op, client } = await startBoth()
    client[custom.clock_tolerance] = 5 // to allow a 5 second skew
    expect((await login(op, client)).tokens.claims().sub).to.equal('alice')
  })

  it('F395 F397 a Strategy, and the errors by name', async () => {
    const { client } = await startBoth()
    const strategy = new Strategy({ client }, (tokenset: TokenSet, done) => done(null, tokenset.claims()))
    expect(strategy.name).to.equal('127.0.0.1')
    const { OPError, RPError } = errors
    expect([OPError.name, RPError.name]).to.deep.equal(['OPError', 'RPError'])
    const error = await failureOf(client.refresh('none'), OPError)
    const response: HttpResponse | undefined = error.response
    expect([error.error, error.error_description, error.error_uri, error.state, error.scope]).to.deep.equal([
      'invalid_grant',
      'grant request is invalid',
      undefined,
      undefined,
      undefined,
    ])
    expect(response?.statusCode).to.equal(400)
  })
})
