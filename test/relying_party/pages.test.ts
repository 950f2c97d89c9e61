import { readFile, writeFile } from 'node:fs/promises'
import { expect } from 'chai'
import * as entry from '../../lib/relying_party/index.ts'
import { PEERS } from '../support/peers.ts'
import { CLIENTS, TRIED } from './clients.ts'
import { MATRIX } from './matrix.ts'

const read = (path: string) => readFile(new URL(`../../${path}`, import.meta.url), 'utf8')

const END = '<!-- end -->'

/** A table of what is tried, with a column for each that it is tried with. */
function table(names: readonly string[], columns: Readonly<Record<string, ReadonlySet<string>>>): string {
  const heads = Object.keys(columns)
  const rows = names.map((name) => {
    const cells = Object.values(columns).map((tried) => (tried.has(name) ? '✓' : '–'))
    return `| ${[name, ...cells].join(' | ')} |`
  })
  return [`| what | ${heads.join(' | ')} |`, `| --- |${' --- |'.repeat(heads.length)}`, ...rows, ''].join(
    '\n',
  )
}

const ALL = new Set(MATRIX.map(({ name }) => name))
const TABLES: readonly (readonly [name: string, text: string])[] = [
  ['client matrix', table([...ALL], Object.fromEntries(Object.keys(PEERS).map((peer) => [peer, ALL])))],
  [
    'provider matrix',
    table(
      TRIED.map(({ name }) => name),
      Object.fromEntries(
        Object.entries(CLIENTS).map(([client, runs]) => [client, new Set(Object.keys(runs))]),
      ),
    ),
  ],
]

/** Members of an interface, as its file declares them. */
function membersOf(source: string, name: string): string[] {
  const [, body = ''] = new RegExp(`export interface ${name} [^{]*\\{\\n(.*?)\\n\\}`, 's').exec(source) ?? []
  return [...body.matchAll(/^ {2}(\w+)\??[:(]/gm)].map(([, member = '']) => member)
}

describe('the pages about the client', () => {
  for (const [name, text] of TABLES) {
    it(`docs/client_matrix.md lists what is tried: the ${name} (UPDATE_SNAPSHOT=1 writes it)`, async () => {
      const start = `<!-- ${name}: written by the test of the same name -->\n`
      const page = await read('docs/client_matrix.md')
      const [before = '', rest = ''] = page.split(start)
      const expected = `${before}${start}${text}${rest.slice(rest.indexOf(END))}`
      if (process.env['UPDATE_SNAPSHOT'] === '1')
        await writeFile(new URL('../../docs/client_matrix.md', import.meta.url), expected)
      else expect(page).to.equal(expected)
    })
  }

  it('docs/reference/client.md names everything there is', async () => {
    const page = await read('docs/reference/client.md')
    const [http, metadata, parameters] = await Promise.all(
      ['http', 'metadata', 'parameters'].map((name) => read(`types/relying_party/${name}.ts`)),
    )
    const names = [
      ...Object.keys(entry),
      ...Object.getOwnPropertyNames(Object.getPrototypeOf(new entry.Issuer({ issuer: 'x' }))),
      ...Object.getOwnPropertyNames(
        Object.getPrototypeOf(
          new new entry.Issuer({ issuer: 'x' }).Client({ client_id: 'x' }).constructor.prototype,
        ),
      ),
      ...Object.getOwnPropertyNames(entry.TokenSet.prototype),
      ...Object.keys(entry.generators),
      ...membersOf(http ?? '', 'HttpOptions'),
      ...membersOf(http ?? '', 'HttpsOptions'),
      ...membersOf(http ?? '', 'HttpHooks'),
      ...membersOf(metadata ?? '', 'ClientMetadata'),
      ...membersOf(metadata ?? '', 'RegisterOther'),
      ...membersOf(parameters ?? '', 'OpenIDCallbackChecks'),
      ...membersOf(parameters ?? '', 'UserinfoOptions'),
      ...membersOf(parameters ?? '', 'ResourceRequestOptions'),
    ]
    const OF_THE_INSIDE = ['constructor', 'profile']
    const missing = names.filter(
      (name) => !OF_THE_INSIDE.includes(name) && !new RegExp(`\\b${name}\\b`).test(page),
    )
    expect(names).to.include.members(['authorizationUrl', 'keystore', 'allowSpecialUseAddresses'])
    expect(missing).to.deep.equal([])
  })
})
