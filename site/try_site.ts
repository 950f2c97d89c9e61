/** Opens the built site in a browser, as a folder of files on any server: `npm run docs:site`, then `npx tsx site/try_site.ts`. */
import { strict as assert } from 'node:assert'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { extname, join, normalize } from 'node:path'
import type { Page } from 'playwright-core'
import { launchChromium } from '../test/support/chromium.ts'

const SITE = join(import.meta.dirname, 'dist')
const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css',
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.txt': 'text/plain; charset=utf-8',
}

/** Answers what is there, and knows nothing else. */
const files = createServer(async (req, res) => {
  const path = decodeURI(new URL(req.url ?? '/', 'http://site').pathname)
  const name = normalize(path.endsWith('/') ? `${path}index.html` : path)
  const content = await readFile(join(SITE, name)).catch(() => undefined)
  if (content === undefined) return void res.writeHead(404).end()
  res.writeHead(200, { 'content-type': TYPES[extname(name)] ?? 'application/octet-stream' }).end(content)
})

/** Types into the search, and follows the first result. */
async function find(page: Page, term: string): Promise<string> {
  await page.keyboard.press('Control+k')
  await page.getByRole('searchbox').fill(term)
  const first = page.locator('#localsearch-list a').first()
  await first.waitFor()
  await first.click()
  await page.locator('#localsearch-list').waitFor({ state: 'detached' })
  return page.url()
}

async function tryOut(origin: string): Promise<void> {
  const browser = await launchChromium()
  try {
    const page = await browser.newPage()
    const problems: string[] = []
    page.on('pageerror', ({ message }) => problems.push(message))
    page.on('response', (answer) => {
      if (answer.status() >= 400) problems.push(`${answer.status()} ${answer.url()}`)
    })
    page.on('request', (request) => {
      if (!request.url().startsWith(origin) && !request.url().startsWith('data:'))
        problems.push(`elsewhere: ${request.url()}`)
    })

    await page.goto(`${origin}/`)
    await page.waitForFunction('document.querySelector("#app")?.__vue_app__ !== undefined')
    assert.match(
      await find(page, 'refreshTokenReuseWindow'),
      /\/docs\/configuration\.html#refreshtokenreusewindow$/,
    )
    await page.locator('h3#refreshtokenreusewindow').waitFor()

    const groups = await page.locator('.VPSidebar h2').allInnerTexts()
    assert.deepEqual(groups, ['Start', 'Guides', 'Reference', 'Features', 'Operations', 'Project'])
    await page.locator('.VPSidebar').getByRole('link', { name: 'Security policy' }).click()
    await page.getByRole('heading', { level: 1, name: 'Security policy' }).waitFor()

    await page.goto(`${origin}/docs/guides/mounting.html`)
    const example = await page.getByRole('link', { name: 'example/mounting/koa.ts' }).getAttribute('href')
    const file = await page.request.get(new URL(example ?? '', page.url()).href)
    assert.match(await file.text(), /koa/)
    assert.deepEqual(problems, [])
  } finally {
    await browser.close()
  }
}

files.listen(0, '127.0.0.1')
once(files, 'listening')
  .then(() => {
    const address = files.address()
    assert.ok(address !== null && typeof address === 'object')
    return tryOut(`http://127.0.0.1:${address.port}`)
  })
  .then(
    () => console.log('the site can be read and searched'),
    (error: unknown) => {
      console.error(error)
      process.exitCode = 1
    },
  )
  .finally(() => files.close())
