import { expect } from 'chai'
import express from 'express'
import type { Provider } from '../../lib/provider.ts'
import { startProvider, stopProviders } from '../support/start_provider.ts'

const HTML = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' }

/** Alone: nothing in front of it, and nobody to hand a request back to. */
const start = (configuration = {}) => startProvider(configuration, { mountPath: '', screens: false })

describe('paths of a provider that runs alone, in a browser', () => {
  afterEach(stopProviders)

  it('/ says what this is, and leads to the configuration', async () => {
    const op = await start()

    const response = await op.agent().get('/', HTML)

    const page = await response.text()
    expect(response.status).to.equal(200)
    expect(response.headers.get('content-type')).to.match(/^text\/html/)
    expect(response.headers.get('content-security-policy')).to.include("default-src 'none'")
    expect(response.headers.get('content-security-policy')).to.include("form-action 'none'")
    expect(page).to.include('<title>This is a sign-in service</title>')
    expect(page).to.include(op.issuer).and.include(`href="${op.issuer}/.well-known/openid-configuration"`)
  })

  it('so does the path of its issuer', async () => {
    const op = await startProvider(
      {},
      { mountPath: '/op', screens: false, host: (provider) => provider.callback() },
    )

    const response = await fetch(op.issuer, { headers: HTML })

    expect(response.status).to.equal(200)
    expect(await response.text()).to.include('<title>This is a sign-in service</title>')
  })

  for (const path of ['/unknown', '/auth/a/b', '/%3Cscript%3Ealert(1)%3C/script%3E']) {
    it(`W12 ${path} is a page that says so, and repeats nothing as markup`, async () => {
      const op = await start()

      const response = await op.agent().get(path, HTML)

      const page = await response.text()
      expect(response.status).to.equal(404)
      expect(response.headers.get('x-content-type-options')).to.equal('nosniff')
      expect(response.headers.get('content-security-policy')).to.include("form-action 'none'")
      expect(page).to.include('<title>Page not found</title>').and.include('There is nothing at <code>')
      expect(page).to.include(`<bdi>${path}</bdi>`)
      expect(page).to.not.include('<script')
    })
  }

  for (const [what, headers] of [
    ['programs', {}],
    ['who wants JSON', { accept: 'application/json' }],
  ] as const) {
    it(`${what} read JSON, at / too`, async () => {
      const op = await start()

      for (const path of ['/', '/unknown']) {
        const response = await op.agent().get(path, headers)
        expect(response.status).to.equal(404)
        expect(response.headers.get('content-type')).to.match(/^application\/json/)
      }
    })
  }

  it('a mounted provider leaves them to its host', async () => {
    const op = await startProvider({}, { mountPath: '/op', screens: false })

    expect(await (await op.agent().get('/op/unknown', HTML)).text()).to.include('Cannot GET')
  })

  it('what a host answers then has the status that it would have without the provider', async () => {
    const host = (provider: Provider) =>
      express()
        .use('/op', provider.callback())
        .use((_req, res) => void res.send('the host'))
    const op = await startProvider({}, { mountPath: '/op', screens: false, host })

    const response = await fetch(`${op.issuer}/unknown`)

    expect([response.status, await response.text()]).to.deep.equal([200, 'the host'])
  })
})
