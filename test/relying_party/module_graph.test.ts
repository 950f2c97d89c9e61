import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { expect } from 'chai'
import { readSources } from '../../scripts/layers/sources.ts'

const ENTRY = 'lib/relying_party/index.ts'
/** What is left of a file once types are gone. */
const LOADED =
  /^\s*(?:import|export)\s(?!type\s)(?:[^'"]*?\sfrom\s)?['"]([^'"]+)['"]|\bimport\(['"]([^'"]+)['"]\)/gm

/** Every module that importing the entry point loads: files of ours by path, others by name. */
function graph(): Set<string> {
  const sources = readSources()
  const found = new Set<string>()
  const visit = (file: string): void => {
    if (found.has(file)) return
    found.add(file)
    const source = sources.get(file)
    if (source === undefined) return
    for (const [, named, lazy] of source.text.matchAll(LOADED)) {
      const target = named ?? lazy ?? ''
      const resolved = new URL(target, `file:///${file}`).pathname.slice(1)
      visit(target.startsWith('.') ? resolved : target)
    }
  }
  visit(ENTRY)
  return found
}

describe('openid-provider/client without the server', () => {
  it('loads nothing of the server: no Koa, no adapter, no feature, no model', () => {
    const files = [...graph()].filter((name) => name.endsWith('.ts'))
    expect(files.filter((file) => !/^lib\/(?:relying_party|outgoing|helpers)\//.test(file))).to.deep.equal([])
    expect(files).to.include('lib/outgoing/holder_keys.ts')
  })

  it('needs no package but those that the provider needs for keys and caches', () => {
    const packages = [...graph()].filter((name) => !name.endsWith('.ts') && !name.startsWith('node:'))
    expect(packages.sort()).to.deep.equal(['jose', 'quick-lru'])
  })

  it('a process that imports it has not loaded Koa, nor anything that comes with it', async () => {
    const program = `
      import Module from 'node:module'
      const { Issuer } = await import(${JSON.stringify(new URL(`../../${ENTRY}`, import.meta.url).href)})
      new Issuer({ issuer: 'https://op.example.com' })
      console.log(JSON.stringify(Object.keys(Module._cache)))`
    const env = { ...process.env, NODE_V8_COVERAGE: '' }
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--import', 'tsx', '--input-type=module', '--eval', program],
      { env, cwd: new URL('../..', import.meta.url) },
    )
    expect(stdout).to.match(/^\[/)
    expect(stdout).not.to.match(/node_modules\/(?:koa|@koa|cookies|keygrip|ioredis|pg)\//)
  })

  it('the package names it as an entry point', async () => {
    const text = await readFile(new URL('../../package.json', import.meta.url), 'utf8')
    const manifest: unknown = JSON.parse(text)
    expect(manifest).to.nested.include({ 'exports.\\./client.default': './dist/lib/relying_party/index.js' })
  })
})
