import { expect } from 'chai'
import type { Browser, BrowserContextOptions, Page as Tab } from 'playwright-core'
import { toString as drawQrCode } from 'qrcode'
import { type Demo, start } from '../../example/start.ts'
import { launchChromium } from '../support/chromium.ts'

const SCREENS: readonly [name: string, options: BrowserContextOptions][] = [
  ['a desktop', { viewport: { width: 1280, height: 800 } }],
  ['a phone', { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true }],
]

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined }

/** Where pictures of the screens go, for people to look at. */
const PICTURES = process.env['PICTURES']

describe('device flow in a browser, with a polling openid-client 6 (RFC 8628)', function () {
  this.timeout(60_000)

  let browser: Browser
  let demo: Demo

  before(async () => {
    demo = await start({ port: 0, rpPort: 0, logger: silent })
    browser = await launchChromium()
  })
  after(async () => {
    await browser.close()
    await demo.close()
  })

  async function open(options: BrowserContextOptions, url: string) {
    const context = await browser.newContext(options)
    context.setDefaultTimeout(15_000)
    const tab = await context.newPage()
    const complaints: string[] = []
    tab.on('console', (message) => {
      // Pages that refuse a code are answered with 400, which the console mentions.
      if (message.type() !== 'log' && !message.text().includes('status of 400'))
        complaints.push(message.text())
    })
    tab.on('pageerror', (error) => complaints.push(error.message))
    await tab.goto(url)
    return { tab, complaints }
  }

  /** What holds for every screen, whoever renders it; some of them go on by themselves. */
  async function checkScreen(tab: Tab, title: string): Promise<void> {
    await tab.locator('h1', { hasText: title }).waitFor()
    const width = tab.viewportSize()?.width ?? 0
    if (PICTURES !== undefined) {
      const path = `${PICTURES}/${title.replaceAll(/\W+/g, '_')}_${width}.png`
      await tab.screenshot({ path, fullPage: true })
    }
    const seen = await tab.locator('html').evaluate((root) => ({
      title: root.ownerDocument.title,
      width: root.scrollWidth,
      heights: Array.from(
        root.querySelectorAll('button, .button, input:not([type=hidden])'),
        (control: { getBoundingClientRect(): { height: number } }) => control.getBoundingClientRect().height,
      ),
    }))
    expect(seen.title).to.equal(title)
    expect(seen.width, `${title} scrolls sideways`).to.be.at.most(width)
    for (const height of seen.heights) expect(height, title).to.be.at.least(44)
  }

  /** A device asks for its codes and shows them. */
  async function startDevice(options: BrowserContextOptions) {
    const { tab, complaints } = await open(options, demo.relyingParty)
    await tab.getByRole('button', { name: 'Sign in as a device' }).click()
    await tab.locator('h1', { hasText: 'Connect this device' }).waitFor()
    const userCode = (await tab.locator('.user-code').textContent()) ?? ''
    const uri = (await tab.getByRole('link', { name: '/device' }).textContent()) ?? ''
    const picture = tab.getByRole('img')
    const complete = ((await picture.getAttribute('aria-label')) ?? '').replace('QR code for ', '')
    const [, modules] = /stroke[^>]*d="([^"]+)"/.exec(await drawQrCode(complete, { type: 'svg' })) ?? []
    expect(await picture.locator('path[stroke]').getAttribute('d'), 'a code of another address').to.equal(
      modules,
    )
    return { device: tab, complaints, userCode, uri, complete }
  }

  async function logInAndAllow(tab: Tab): Promise<void> {
    await checkScreen(tab, 'Sign in')
    await tab.getByLabel('Username').fill('ann')
    await tab.getByLabel('Password').fill('anything')
    await tab.getByRole('button', { name: 'Sign in', exact: true }).click()
    await checkScreen(tab, 'Allow access')
    await tab.getByRole('button', { name: 'Continue' }).click()
    await checkScreen(tab, 'Device connected')
  }

  for (const [screen, options] of SCREENS) {
    for (const javaScriptEnabled of [true, false]) {
      describe(`on ${screen} ${javaScriptEnabled ? 'with' : 'without'} scripts`, () => {
        const settings = { ...options, javaScriptEnabled }

        it('a person enters the code, confirms, logs in and consents, and the device has its tokens (§3.3)', async () => {
          const { device, userCode, uri, complaints } = await startDevice(settings)
          const { tab, complaints: others } = await open(settings, uri)
          await checkScreen(tab, 'Connect a device')
          expect(
            await tab.getByLabel('Code').evaluate((input) => input === input.ownerDocument.activeElement),
          ).to.equal(true)

          await tab.getByLabel('Code').fill('BCDF-GHJK')
          await tab.getByRole('button', { name: 'Continue' }).click()
          await tab.getByRole('alert').waitFor()
          await checkScreen(tab, 'Connect a device')
          expect(await tab.getByRole('alert').textContent()).to.include('not right')
          await tab.getByLabel('Code').fill(userCode.toLowerCase().replace('-', ' '))
          await tab.keyboard.press('Enter')

          await checkScreen(tab, 'Is this your device?')
          expect(await tab.locator('.user-code').textContent()).to.equal(userCode)
          await tab.getByRole('button', { name: 'Continue' }).click()
          await logInAndAllow(tab)

          await checkScreen(device, 'Hello, Ann Example')
          expect([...complaints, ...others]).to.deep.equal([])
          await tab.context().close()
          await device.context().close()
        })

        it('F15 a person who scanned the code still confirms it (§3.3.1)', async () => {
          const { device, userCode, complete } = await startDevice(settings)
          const { tab, complaints } = await open(settings, complete)
          if (!javaScriptEnabled) {
            await checkScreen(tab, 'Connect a device')
            await tab.getByRole('button', { name: 'Continue' }).click()
          }

          await checkScreen(tab, 'Is this your device?')
          expect(await tab.locator('.user-code').textContent()).to.equal(userCode)
          await tab.getByRole('button', { name: 'Continue' }).click()
          await logInAndAllow(tab)

          await checkScreen(device, 'Hello, Ann Example')
          expect(complaints).to.deep.equal([])
          await tab.context().close()
          await device.context().close()
        })

        it('F7 the device hears that a person cancelled (§3.5 access_denied)', async () => {
          const { device, complete } = await startDevice(settings)
          const { tab } = await open(settings, complete)
          if (!javaScriptEnabled) await tab.getByRole('button', { name: 'Continue' }).click()
          await checkScreen(tab, 'Is this your device?')

          await tab.getByRole('button', { name: 'Cancel' }).click()

          await tab.getByRole('alert').waitFor()
          await checkScreen(tab, 'Connect a device')
          expect(await tab.getByRole('alert').textContent()).to.include('interrupted')
          await checkScreen(device, 'Sign-in cancelled')
          await tab.context().close()
          await device.context().close()
        })
      })
    }
  }
})
