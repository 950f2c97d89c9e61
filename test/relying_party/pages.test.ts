import { readFile, writeFile } from 'node:fs/promises'
import { expect } from 'chai'
import * as entry from '../../lib/relying_party/index.ts'
import { PEERS } from '../support/peers.ts'
import { MATRIX } from './matrix.ts'

const read = (path: string) => readFile(new URL(`../../${path}`, import.meta.url), 'utf8')

const START = '<!-- client matrix: written by the test of the same name -->\n'
const END = '<!-- end -->'

function table(): string {
  const peers = Object.keys(PEERS)
  const head = [`| what | ${peers.join(' | ')} |`, `| --- |${' --- |'.repeat(peers.length)}`]
  const rows = MATRIX.map(({ name }) => `| ${name} |${' ✓ |'.repeat(peers.length)}`)
  return [...head, ...rows, ''].join('\n')
}

/** Members of an interface, as its file declares them. */
function membersOf(source: string, name: string): string[] {
  const [, body = ''] = new RegExp(`export interface ${name} [^{]*\\{\\n(.*?)\\n\\}`, 's').exec(source) ?? []
  return [...body.matchAll(/^ {2}(\w+)\??[:(]/gm)].map(([, member = '']) => member)
}

describe('the pages about the client', () => {
  it('docs/client_matrix.md lists what is tried at each provider (UPDATE_SNAPSHOT=1 writes it)', async () => {
    const page = await read('docs/client_matrix.md')
    const [before = '', rest = ''] = page.split(START)
    const after = rest.slice(rest.indexOf(END))
    const expected = `${before}${START}${table()}${after}`
    if (process.env['UPDATE_SNAPSHOT'] === '1')
      await writeFile(new URL('../../docs/client_matrix.md', import.meta.url), expected)
    else expect(page).to.equal(expected)
  })

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
