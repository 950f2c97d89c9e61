import { expect } from 'chai'
import { followGuide } from '../../support/guide.ts'
import { UserAgent } from '../../support/user_agent.ts'

describe('the pages of the provider in docs/guides/screens.md', function suite() {
  this.timeout(60_000)
  const guide = followGuide('guides/screens.md', [3000, 3001])
  let complained: () => string

  before(async () => {
    await guide.write('italian.json', guide.file('italian.json'))
    const name = 'pages_of_the_provider.js'
    const running = await guide.start(name, guide.file(name), guide.origin(3000))
    complained = () => running.complained() + running.printed()
  })

  const open = async (path: string, headers: Record<string, string> = {}) => {
    const agent = new UserAgent(guide.origin(3000))
    const first = await agent.get(path, { accept: 'text/html', ...headers })
    const location = first.headers.get('location')
    const response =
      location === null ? first : await agent.get(location, { accept: 'text/html', ...headers })
    return { headers: response.headers, text: await response.text() }
  }

  it('speak the language that is added, as the application wants it', async () => {
    const { text } = await open('/session/end?ui_locales=it')

    expect(text).to.include('<html lang="it" dir="ltr">').and.include('È uscito. Può chiudere questa pagina.')
  })

  it('speak that of a region, with the texts of the language', async () => {
    const { text } = await open('/session/end', { 'accept-language': 'de-AT' })

    expect(text).to.include('<h1>Pfiat di</h1>').and.include('Sie sind abgemeldet.')
  })

  it('speak the default language to everybody else', async () => {
    expect((await open('/session/end', { 'accept-language': 'fr' })).text).to.include('<h1>Signed out</h1>')
  })

  it('have the logo, which is there, and the colours', async () => {
    const { headers, text } = await open('/session/end')
    const logo = await open('/logo_white.svg')

    expect(headers.get('content-security-policy')).to.include("; img-src 'self';")
    expect(text).to.include('src="/logo.svg" alt="Example Inc."').and.include('--action: #0f766e;')
    expect(logo.headers.get('content-type')).to.match(/^image\/svg\+xml/)
  })

  it('say which texts the language of your own lacks', () => {
    expect(complained()).to.include("NOTICE: screens.texts['it'] lacks common.continue")
  })
})
