import { expect } from 'chai'
import type { Configuration } from '../../../types/configuration.ts'
import { startProvider, stopProviders } from '../../support/start_provider.ts'

const BROKEN = '?client_id=nobody'

async function errorFor(accept: string | undefined, renderError?: Configuration['renderError']) {
  const op = await startProvider({ ...(renderError === undefined ? {} : { renderError }) })
  const url = `${op.provider.urlFor('authorization')}${BROKEN}`
  const response = await op.agent().get(url, accept === undefined ? {} : { accept })
  return { status: response.status, type: response.headers.get('content-type'), text: await response.text() }
}

describe('who shows an error at an endpoint for browsers (RFC 6749 §4.1.2.1)', () => {
  afterEach(stopProviders)

  for (const accept of ['text/html', 'application/json', '*/*', 'image/png', undefined]) {
    it(`F180 renderError of the host is called when Accept is ${accept}`, async () => {
      const { status, type, text } = await errorFor(accept, (ctx, out) => {
        ctx.type = 'html'
        ctx.body = `<h1>${out.error}</h1>`
      })

      expect(status).to.equal(400)
      expect(type).to.match(/^text\/html/)
      expect(text).to.equal('<h1>invalid_client</h1>')
    })
  }

  it('F180 a renderError that fails is told to the host', async () => {
    const op = await startProvider({
      renderError: () => {
        throw new Error('no template')
      },
    })

    await op.agent().get(op.provider.urlFor('authorization') + BROKEN)

    expect(op.serverErrors.map(String)).to.deep.equal(['Error: no template'])
  })

  for (const [query, state] of [
    ['', undefined],
    ['&state=the%20state', 'the state'],
  ] as const) {
    it(`F180 is given what is known: error, issuer, and ${state === undefined ? 'no state' : 'state'}`, async () => {
      const op = await startProvider()
      const url = `${op.provider.urlFor('authorization')}${BROKEN}${query}`
      const out: unknown = await (await op.agent().get(url, { accept: 'application/json' })).json()

      expect(out).to.deep.equal({
        error: 'invalid_client',
        error_description: 'client is invalid',
        ...(state === undefined ? {} : { state }),
        iss: op.issuer,
      })
    })
  }

  it('a mistake of the application is not said to be anything else', async () => {
    const { text } = await errorFor('text/html')

    expect(text).to.not.include('This took too long')
    expect(text).to.not.include('did not get any further')
  })

  for (const [accept, type] of [
    ['text/html', /^text\/html/],
    ['application/json', /^application\/json/],
    ['*/*', /^application\/json/],
  ] as const) {
    it(`F180 without one, ${accept} gets what it prefers; so it does when renderError fails`, async () => {
      const own = await errorFor(accept)
      const failed = await errorFor(accept, (ctx) => {
        ctx.type = 'html'
        ctx.body = '<h1>'
        throw new Error('no template')
      })

      for (const answer of [own, failed]) {
        expect(answer.status).to.equal(400)
        expect(answer.type).to.match(type)
        expect(answer.text).to.contain('invalid_client')
      }
    })
  }
})
