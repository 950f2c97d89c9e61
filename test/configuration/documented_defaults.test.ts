import { readFileSync } from 'node:fs'
import { runInNewContext } from 'node:vm'
import { expect } from 'chai'
import { DEFAULTS } from '../../lib/configuration/defaults.ts'
import { FEATURES } from '../../lib/features/index.ts'

const page = readFileSync(new URL('../../docs/configuration.md', import.meta.url), 'utf8')

/** Path and default of every option whose default is written as a value. */
const written = [
  ...page.matchAll(
    /^#+ ([\w.]+)\n(?:(?!#)[^\n]*\n)*?- Default: (?:`(['[{\d][^`]*|true|false|undefined)`|(\d+) \()/gm,
  ),
]
  .map(([, path = '', literal, seconds]) => ({ path, literal: literal ?? seconds ?? '' }))
  // Options of a single cookie and of a request are described with their group.
  .filter(({ path }) => !/^cookies\.(?:long|short)\./.test(path))
const documented = written.filter(({ path }) => Object.hasOwn(DEFAULTS, path.split('.')[0] ?? ''))

/** Features bring their own. */
const ofFeatures = FEATURES.flatMap(({ name, defaults }) =>
  written
    .filter(({ path }) => path.startsWith(`features.${name}.`))
    .map(({ path, literal }) => ({ path, literal, defaults, member: path.split('.').slice(2) })),
)

const memberOf = (value: unknown, path: readonly string[]): unknown =>
  path.reduce<unknown>((inner, name) => Reflect.get(Object(inner), name), value)
// Members that are undefined are not written out, and a set is written as a list.
const plain = (value: unknown) =>
  value === undefined
    ? undefined
    : JSON.parse(JSON.stringify(value, (_name, member) => (member instanceof Set ? [...member] : member)))
const evaluated = (literal: string): unknown => runInNewContext(`(${literal})`)

/** Rows of the documented surface. */
const SURFACE: ReadonlyMap<string, string> = new Map([
  ['clients', 'F147 '],
  ['acceptQueryParamAccessTokens', 'F151 '],
  ['acrValues', 'F152 '],
  ['allowOmittingSingleRegisteredRedirectUri', 'F153 '],
  ['claims', 'F154 '],
  ['clientAuthMethods', 'F155 '],
  ['clientDefaults', 'F157 '],
  ['clockTolerance', 'F158 '],
  ['conformIdTokenClaims', 'F159 '],
  ['cookies.keys', 'F160 '],
  ['cookies.long', 'F161 '],
  ['cookies.names', 'F162 '],
  ['cookies.short', 'F163 '],
  ['discovery', 'F164 '],
  ['extraClientMetadata.properties', 'F166 '],
  ['formats.bitsOfOpaqueRandomness', 'F170 '],
  ['pkce.methods', 'F178 '],
  ['responseTypes', 'F181 '],
  ['scopes', 'F185 '],
  ['subjectTypes', 'F187 '],
  ['enabledJWA.authorizationEncryptionAlgValues', 'F190 '],
  ['enabledJWA.authorizationEncryptionEncValues', 'F191 '],
  ['enabledJWA.authorizationSigningAlgValues', 'F192 '],
  ['enabledJWA.clientAuthSigningAlgValues', 'F193 '],
  ['enabledJWA.dPoPSigningAlgValues', 'F194 '],
  ['enabledJWA.idTokenEncryptionAlgValues', 'F195 '],
  ['enabledJWA.idTokenEncryptionEncValues', 'F196 '],
  ['enabledJWA.idTokenSigningAlgValues', 'F197 '],
  ['enabledJWA.introspectionEncryptionAlgValues', 'F198 '],
  ['enabledJWA.introspectionEncryptionEncValues', 'F199 '],
  ['enabledJWA.introspectionSigningAlgValues', 'F200 '],
  ['enabledJWA.requestObjectEncryptionAlgValues', 'F201 '],
  ['enabledJWA.requestObjectEncryptionEncValues', 'F202 '],
  ['enabledJWA.requestObjectSigningAlgValues', 'F203 '],
  ['enabledJWA.userinfoEncryptionAlgValues', 'F204 '],
  ['enabledJWA.userinfoEncryptionEncValues', 'F205 '],
  ['enabledJWA.userinfoSigningAlgValues', 'F206 '],
])

const surfaceOf = (path: string): string => (path.startsWith('routes.') ? 'F184 ' : (SURFACE.get(path) ?? ''))

describe('documented default of', () => {
  it('most options is a value', () => {
    expect(documented.length).to.be.greaterThan(60)
  })

  it('most options of features is a value', () => {
    expect(ofFeatures.length).to.be.greaterThan(50)
  })

  for (const { path, literal } of documented) {
    it(`${surfaceOf(path)}${path} is the default`, () => {
      expect(plain(memberOf(DEFAULTS, path.split('.')))).to.deep.equal(plain(evaluated(literal)))
    })
  }

  for (const { path, literal, defaults, member } of ofFeatures) {
    it(`${path} is the default`, () => {
      expect(plain(memberOf(defaults, member))).to.deep.equal(plain(evaluated(literal)))
    })
  }
})
