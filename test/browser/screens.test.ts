import { once } from 'node:events'
import { createServer, type Server, type ServerResponse } from 'node:http'
import axe, { type AxeResults } from 'axe-core'
import { expect } from 'chai'
import type { Browser, BrowserContext, Page as Tab } from 'playwright-core'
import { makeScreens } from '../../lib/actions/pages/make_screens.ts'
import { whatHappensPage } from '../../lib/development/desk/live_page.ts'
import type { Page } from '../../lib/engine/render_page.ts'
import type { Appearance } from '../../lib/engine/screens/appearance.ts'
import type { Screens } from '../../lib/engine/screens/screens.ts'
import { LANGUAGES } from '../../lib/engine/screens/texts.ts'
import { FEATURES } from '../../lib/features/index.ts'
import { webMessagePage } from '../../lib/features/web_message_response_mode/web_message_page.ts'
import type { ScreensConfiguration } from '../../types/screens/screens.ts'
import { launchChromium } from '../support/chromium.ts'
import { everyPage } from '../support/every_page.ts'

/** The longest word that is there in earnest, as the name of an application, a person and whatever else. */
const LONG = 'Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz'

const PHONE = { width: 375, height: 740 }
const DESKTOP = { width: 1280, height: 800 }
const NARROW = { width: 320, height: 640 }

const SVG =
  '<svg xmlns="http://www.w3.org/2000/svg" width="400" height="36"><rect width="400" height="36"/></svg>'
const LOGO = `data:image/svg+xml;base64,${Buffer.from(SVG).toString('base64')}`

/** Colours that are hard on who derives others from them. */
const LOOKS: Readonly<Record<string, ScreensConfiguration>> = {
  'a yellow accent': { colors: { light: { accent: '#ffd400' } } },
  'a dark accent': { colors: { light: { accent: '#1c0f4f' } } },
  'a card of its own': {
    colors: {
      light: { accent: '#b5179e', page: '#fff1e6', card: '#fffaf5', text: '#3d2314' },
      dark: { page: '#000000', card: '#0b0b0b', text: '#dddddd' },
    },
  },
}

const screensWith = (given?: ScreensConfiguration): Screens =>
  makeScreens(given, {
    issuer: 'https://login.example.com',
    texts: FEATURES.flatMap(({ texts = [] }) => texts),
    notify: () => undefined,
  })

/** Every page, and those that are of another shape. */
function allPages(appearance: Appearance, text: string): Readonly<Record<string, Page>> {
  const [at, tokens] = [new Date(0), [['ID Token', { sub: text, name: text }]] as const]
  const entries = [
    { at, what: `${text} logs in`, tokens },
    { at, what: text, why: text, tokens: [] },
  ]
  const view = { issuer: text, discovery: text, path: text, isPaused: true, entries }
  return {
    ...everyPage(appearance, text),
    'web message': webMessagePage(appearance, 'https://rp.example.com', { state: text }),
    'development: what happens': whatHappensPage(appearance, view),
  }
}

const names = Object.keys(allPages(screensWith().appearanceFor('en', ''), LONG))

/** Answers with the page, and its policy; whatever a page leads to by itself leaves it where it is. */
function answer(res: ServerResponse, page: Page | undefined): void {
  if (page === undefined) return void res.writeHead(204).end()
  res.setHeader('content-type', 'text/html; charset=utf-8')
  res.setHeader('content-security-policy', page.policy).end(page.html)
}

describe('screens in a browser', function () {
  this.timeout(120_000)

  let browser: Browser
  let server: Server
  let origin: string
  let shown: Page | undefined
  let context: BrowserContext
  let tab: Tab
  const complaints: string[] = []

  before(async () => {
    browser = await launchChromium()
    server = createServer((req, res) => answer(res, req.url === '/page' ? shown : undefined))
    server.listen(0, 'localhost')
    await once(server, 'listening')
    const address = server.address()
    if (address === null || typeof address === 'string') throw new Error('a TCP port was expected')
    origin = `http://localhost:${address.port}`
    context = await browser.newContext()
    tab = await context.newPage()
    tab.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
  })
  beforeEach(() => {
    complaints.length = 0
  })
  after(async () => {
    await browser.close()
    server.close()
    server.closeAllConnections()
  })

  interface Shown {
    screens?: Screens
    language?: string
    text?: string
    name: string
  }

  async function show({ screens = screensWith(), language = 'en', text = LONG, name }: Shown): Promise<void> {
    const page = allPages(screens.appearanceFor(language, ''), text)[name]
    // A form that sends itself is looked at by whoever has no scripts.
    shown = page && { ...page, html: page.html.replace(/<script>.*<\/script>/s, '') }
    await tab.goto(`${origin}/page`)
  }

  async function violations(): Promise<string[]> {
    await tab.evaluate(axe.source)
    const results: AxeResults = await tab.evaluate('axe.run()')
    return results.violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`))
  }

  for (const [language, colorScheme, viewport] of [
    ['en', 'light', PHONE],
    ['en', 'dark', DESKTOP],
    ['de', 'dark', PHONE],
    ['ar', 'light', DESKTOP],
  ] as const) {
    describe(`in ${language}, ${colorScheme}, ${viewport.width} pixels wide`, () => {
      before(async () => {
        await tab.emulateMedia({ colorScheme })
        await tab.setViewportSize(viewport)
      })

      for (const name of names) {
        it(`${name}: has nothing that axe objects to (WCAG 2.2, A and AA)`, async () => {
          await show({ language, name })

          expect(await violations()).to.deep.equal([])
          expect(complaints, 'of the policy').to.deep.equal([])
        })
      }
    })
  }

  for (const [look, configuration] of Object.entries(LOOKS)) {
    for (const colorScheme of ['light', 'dark'] as const) {
      it(`with ${look}, ${colorScheme}: everything can be read (WCAG 2.2 §1.4.3)`, async () => {
        await tab.emulateMedia({ colorScheme })
        const screens = screensWith(configuration)
        for (const name of ['consent', 'error', 'login', 'development: users']) {
          await show({ screens, name })
          expect(await violations(), name).to.deep.equal([])
        }
      })
    }
  }

  for (const language of LANGUAGES) {
    it(`${language}: fits a phone of 320 pixels, long words and logo too (WCAG 2.2 §1.4.10)`, async () => {
      await tab.setViewportSize(NARROW)
      const screens = screensWith({ logo: LOGO })
      for (const name of names) {
        await show({ screens, language, name })
        const width: unknown = await tab.evaluate('document.documentElement.scrollWidth')
        expect(width, name).to.equal(NARROW.width)
      }
    })

    it(`${language}: reads from the side it begins at`, async () => {
      await tab.setViewportSize(DESKTOP)
      await show({ language, name: 'login', text: 'web' })
      const start: unknown = await tab.evaluate(`(() => {
        const { left, right } = document.querySelector('main').getBoundingClientRect()
        const range = document.createRange()
        range.selectNodeContents(document.querySelector('h1'))
        const text = range.getBoundingClientRect()
        return text.left - left < right - text.right ? 'left' : 'right'
      })()`)

      expect(start).to.equal(language === 'ar' ? 'right' : 'left')
    })
  }

  it('every control is as large as a finger (WCAG 2.2 §2.5.8)', async () => {
    await tab.setViewportSize(NARROW)
    for (const name of names) {
      await show({ name })
      for (const control of await tab.locator('button, .button, input:not([type=hidden])').all())
        expect((await control.boundingBox())?.height, name).to.be.at.least(44)
    }
  })

  it('whatever can be pressed is reached by the keyboard, and shows that it is (WCAG 2.2 §2.1.1, §2.4.7)', async () => {
    await tab.setViewportSize(DESKTOP)
    for (const name of names) {
      await show({ name })
      const count = await tab.locator('a, button, input:not([type=hidden]), textarea').count()
      const reached = new Set<unknown>()
      // Once round, by way of the browser's own controls, where no element has the focus.
      for (let press = 0; press <= count; press += 1) {
        await tab.keyboard.press('Tab')
        const [where, outline]: [number, string] = await tab.evaluate(`(() => {
          const all = [...document.querySelectorAll('a, button, input:not([type=hidden]), textarea')]
          const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement)
          return [all.indexOf(document.activeElement), outlineStyle + ' ' + outlineWidth]
        })()`)
        if (where === -1) continue
        expect(outline, `${name}: ${where}`).to.equal('solid 3px')
        reached.add(where)
      }
      expect(reached.size, name).to.equal(count)
    }
  })

  it('the logo for the dark is there in the dark, and says whose it is', async () => {
    const dark = `${LOGO}#dark`
    const screens = screensWith({ logo: { src: LOGO, dark, alt: 'Example Inc.' } })
    for (const [colorScheme, source] of [
      ['light', LOGO],
      ['dark', dark],
    ] as const) {
      await tab.emulateMedia({ colorScheme })
      await show({ screens, name: 'logout' })
      const image = tab.getByRole('img', { name: 'Example Inc.' })

      expect(await image.evaluate((element: { currentSrc?: string }) => element.currentSrc)).to.equal(source)
      expect(await image.evaluate((element: { naturalWidth?: number }) => element.naturalWidth)).to.equal(400)
      expect(complaints, 'of the policy').to.deep.equal([])
    }
  })
})
