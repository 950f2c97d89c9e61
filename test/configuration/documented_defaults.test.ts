import { readFileSync } from 'node:fs'
import { runInNewContext } from 'node:vm'
import { expect } from 'chai'
import { DEFAULTS } from '../../lib/configuration/defaults.ts'

const page = readFileSync(new URL('../../docs/configuration.md', import.meta.url), 'utf8')

/** Path and default of every option whose default is written as a value. */
const documented = [
  ...page.matchAll(
    /^#+ ([\w.]+)\n(?:(?!#)[^\n]*\n)*?- Default: (?:`(['[{\d][^`]*|true|false|undefined)`|(\d+) \()/gm,
  ),
]
  .map(([, path = '', literal, seconds]) => ({ path, literal: literal ?? seconds ?? '' }))
  // Features bring their own defaults; options of a single cookie and of a request are described with their group.
  .filter(
    ({ path }) =>
      !/^features\.|^cookies\.(?:long|short)\./.test(path) &&
      Object.hasOwn(DEFAULTS, path.split('.')[0] ?? ''),
  )

const valueAt = (path: string): unknown =>
  path.split('.').reduce<unknown>((value, name) => Reflect.get(Object(value), name), DEFAULTS)

describe('documented default of', () => {
  it('most options is a value', () => {
    expect(documented.length).to.be.greaterThan(60)
  })

  for (const { path, literal } of documented) {
    it(`${path} is the default`, () => {
      const expected: unknown = runInNewContext(`(${literal})`)

      // Members that are undefined are not written out.
      const plain = (value: unknown) => (value === undefined ? undefined : JSON.parse(JSON.stringify(value)))
      expect(plain(valueAt(path))).to.deep.equal(plain(expected))
    })
  }
})
