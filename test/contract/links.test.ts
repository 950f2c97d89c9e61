import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { expect } from 'chai'
import Provider, { errors } from '../../lib/index.ts'

const ROOT = new URL('../../', import.meta.url).pathname

async function pages(): Promise<string[]> {
  const names = await readdir(join(ROOT, 'docs'), { recursive: true })
  const docs = names.filter((name) => name.endsWith('.md')).map((name) => `docs/${name}`)
  return ['README.md', 'SECURITY.md', 'CONTRIBUTING.md', 'CHANGELOG.md', ...docs]
}

/** Code is no place for links. */
const prose = (text: string) =>
  text.replace(/^ *```.*?^ *```/gms, '').replace(/``.*?``|`[^`\n]*`/g, (code) => code.replace(/[[\]()]/g, ''))

/** Where the headings of a page are linked to. */
function anchorsOf(text: string): Set<string> {
  const headings = text.replace(/^ *```.*?^ *```/gms, '').matchAll(/^#{1,6} (.+)$/gm)
  return new Set(
    [...headings].map(([, heading = '']) =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\- _]/gu, '')
        .replaceAll(' ', '-'),
    ),
  )
}

describe('the documentation', () => {
  it('links to files and headings that are there', async () => {
    const broken: string[] = []
    let links = 0
    for (const page of await pages()) {
      const text = await readFile(join(ROOT, page), 'utf8')
      for (const [, target = ''] of prose(text).matchAll(/\]\((?!https?:|mailto:)([^)\s]*)\)/g)) {
        links += 1
        const [path = '', anchor] = target.split('#')
        const file = path === '' ? page : join(dirname(page), path)
        const isThere = existsSync(join(ROOT, file))
        const hasHeading =
          anchor === undefined || (isThere && anchorsOf(await readFile(join(ROOT, file), 'utf8')).has(anchor))
        if (!isThere || !hasHeading) broken.push(`${page}: ${target}`)
      }
    }

    expect(links).to.be.above(200)
    expect(broken).to.deep.equal([])
  })

  it('links to nothing that the package does not have', async () => {
    const { files }: { files: string[] } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'))
    const shipped = [...files, 'README.md', 'LICENSE', 'package.json']
    const missing: string[] = []
    for (const page of await pages()) {
      for (const [, target = ''] of prose(await readFile(join(ROOT, page), 'utf8')).matchAll(
        /\]\((?!https?:|mailto:|#)([^)#\s]+)/g,
      )) {
        const file = join(dirname(page), target)
        if (!shipped.some((name) => file === name || file.startsWith(`${name}/`)))
          missing.push(`${page}: ${target}`)
      }
    }

    expect(missing).to.deep.equal([])
  })

  it('names every page in its index, and in that of the reasons', async () => {
    const index = await readFile(join(ROOT, 'docs/README.md'), 'utf8')
    const reasons = await readFile(join(ROOT, 'docs/errors/README.md'), 'utf8')
    const missing = (await pages())
      .filter((page) => page.startsWith('docs/') && page !== 'docs/README.md')
      .filter((page) => !index.includes(`(${page.slice('docs/'.length)})`))
      .filter((page) => !reasons.includes(`(${page.replace(/^docs\/errors\//, '')})`))

    expect(missing).to.deep.equal([])
  })

  it('F321 F325 snippets of docs/faq.md do something to a provider', async () => {
    const text = await readFile(join(ROOT, 'docs/faq.md'), 'utf8')
    const snippets = [...text.matchAll(/^```js\n(.*?)^```/gms)].map(([, code = '']) => code)
    const provider = new Provider('https://op.example.com', { logger: { info() {}, warn() {}, error() {} } })
    const before = errors.InvalidRequest.prototype.allow_redirect
    try {
      for (const code of snippets.filter(
        (snippet) => !snippet.includes('await') && !snippet.startsWith('clients:'),
      ))
        new Function('provider', 'errors', code)(provider, errors)
      expect(errors.InvalidRequest.prototype.allow_redirect).to.equal(false)
    } finally {
      errors.InvalidRequest.prototype.allow_redirect = before
    }
    expect(provider.listenerCount('interaction.unresolved')).to.equal(1)
    const scopes = Object.getOwnPropertyDescriptor(
      provider.OIDCContext.prototype,
      'requestParamOIDCScopes',
    )?.get
    const told = { requestParamScopes: new Set(['openid', 'account:7']) }
    expect(() => Reflect.apply(scopes ?? Set, told, [])).to.not.throw(ReferenceError)
  })
})
