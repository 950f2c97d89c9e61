/** The page about options: each with its meaning, default, type and specification. */
import type { Declaration, Member } from './declarations.ts'
import {
  anchor,
  describe,
  exampleOf,
  GENERATED,
  heading,
  memberSection,
  mentions,
  typeSection,
} from './markdown.ts'
import { optionExample } from './option_example.ts'

const INTRODUCTION = `Options of \`new Provider(issuer, configuration)\`. Times are in seconds. Which of them have to be yours:
[before real people use it](guides/production.md).`

/** Parts of the page, most used first. Whatever is in none of them is a mistake. */
const PARTS: Readonly<Record<string, readonly string[]>> = {
  'Most used': [
    'findAccount',
    'clients',
    'adapter',
    'jwks',
    'cookies',
    'interactions',
    'claims',
    'scopes',
    'ttl',
    'renderError',
    'screens',
  ],
  'Optional features': ['features'],
  'Authorization requests': [
    'pkce',
    'responseTypes',
    'extraParams',
    'loadExistingGrant',
    'acrValues',
    'allowOmittingSingleRegisteredRedirectUri',
    'enableHttpPostMethods',
  ],
  Tokens: [
    'issueRefreshToken',
    'rotateRefreshToken',
    'refreshTokenReuseWindow',
    'expiresWithSession',
    'revokeGrantPolicy',
    'extraTokenClaims',
    'formats',
    'conformIdTokenClaims',
    'acceptQueryParamAccessTokens',
  ],
  'Clients, and how they authenticate': [
    'clientBasedCORS',
    'clientDefaults',
    'clientAuthMethods',
    'extraClientMetadata',
    'clientSecretThrottle',
    'clientAssertionLifetime',
    'assertJwtClientAuthClaimsAndHeader',
  ],
  'Names of people': ['subjectTypes', 'pairwiseIdentifier', 'sectorIdentifierUriValidate'],
  'Addresses and discovery': ['routes', 'discovery'],
  Algorithms: ['enabledJWA'],
  Running: ['logger', 'storageTimeout', 'clockTolerance'],
  'Requests to others': ['fetch', 'httpOptions', 'fetchResponseBodyLimits', 'allowSpecialUseAddresses'],
}

const NOT_AVAILABLE = '**Not available yet.** Turning it on is refused.'

interface Page {
  readonly sections: string[]
  /** Names of the features that exist. */
  readonly built: ReadonlySet<string>
  /** Names of declarations that were expanded in place. */
  readonly shown: Set<string>
  /** Options that nobody has shown how to set. */
  readonly withoutExample: string[]
}

function addOption(page: Page, level: number, path: string, member: Member): void {
  const example = optionExample(path, member)
  if (example === undefined) page.withoutExample.push(path)
  page.sections.push(memberSection(level, path, member, example))
}

function byName(declarations: Iterable<Declaration>): Map<string, Declaration> {
  return new Map([...declarations].map((declaration) => [declaration.name, declaration]))
}

/** An option whose type is an interface of its own is followed by the members of that interface. */
function addMember(
  page: Page,
  level: number,
  path: string,
  member: Member,
  types: ReadonlyMap<string, Declaration>,
): void {
  const group = types.get(member.type)
  if (group?.members === undefined) {
    addOption(page, level, path, member)
    return
  }
  page.shown.add(group.name)
  // An option and its type often say the same; once is enough.
  const more = group.comment.text === member.comment.text ? [] : [describe(group.comment)]
  const examples = [...exampleOf(member.comment), ...exampleOf(group.comment)]
  page.sections.push([heading(level, path), describe(member.comment), ...more, ...examples].join('\n\n'))
  for (const inner of group.members) addMember(page, level + 1, `${path}.${inner.name}`, inner, types)
}

/** Types that options name, but not models, which extend others. */
const namedIn = (options: Declaration, file: readonly Declaration[]): Declaration[] =>
  file.filter(
    ({ name, code }) =>
      name !== options.name && !/^interface \w+\s+extends\b/.test(code) && mentions(options.code, name),
  )

function addFeature(page: Page, member: Member, files: ReadonlyMap<string, readonly Declaration[]>): void {
  const file = [...files.values()].find((declarations) =>
    declarations.some(({ name }) => name === member.type),
  )
  const options = file?.find(({ name }) => name === member.type)
  if (file === undefined || options?.members === undefined)
    throw new Error(`features.${member.name} has no options`)
  const path = `features.${member.name}`
  const isBuilt = page.built.has(member.name)
  const mark = isBuilt ? [] : [NOT_AVAILABLE]
  page.sections.push(
    [heading(4, path), ...mark, describe(options.comment), ...exampleOf(options.comment)].join('\n\n'),
  )
  for (const inner of options.members) {
    if (isBuilt) addOption(page, 5, `${path}.${inner.name}`, inner)
    else page.sections.push(memberSection(5, `${path}.${inner.name}`, inner))
  }
  if (page.shown.has(options.name)) return
  page.shown.add(options.name)
  for (const other of namedIn(options, file)) page.sections.push(typeSection(5, other))
}

function contents(sections: readonly string[]): string {
  const lines: string[] = []
  for (const section of sections) {
    const [marks = '', ...words] = section.split('\n', 1)[0]?.split(' ') ?? []
    const depth = marks.length - 2
    if (depth <= 2) lines.push(`${'  '.repeat(depth)}- [${words.join(' ')}](#${anchor(words.join(' '))})`)
  }
  return lines.join('\n')
}

function addFeatures(
  page: Page,
  member: Member,
  features: readonly Member[],
  files: ReadonlyMap<string, readonly Declaration[]>,
): void {
  page.sections.push([heading(3, 'features'), describe(member.comment)].join('\n\n'))
  for (const feature of features) addFeature(page, feature, files)
  for (const shared of files.get('types/features/feature_options.ts') ?? [])
    page.sections.push(typeSection(4, shared))
}

/**
 * @param configuration the declarations of options outside of features
 * @param registry the declarations of types/features/index.ts
 * @param files the declarations of the feature files
 * @param built names of the features that exist
 */
export function configurationPage(
  configuration: readonly Declaration[],
  registry: readonly Declaration[],
  files: ReadonlyMap<string, readonly Declaration[]>,
  built: ReadonlySet<string>,
): string {
  const types = byName(configuration)
  const options = types.get('Configuration')?.members
  const features = byName(registry).get('Features')?.members
  if (options === undefined || features === undefined) throw new Error('Configuration or Features is missing')

  const page: Page = { sections: [], built, shown: new Set(['Configuration']), withoutExample: [] }
  const left = new Map(options.map((member) => [member.name, member]))
  for (const [part, names] of Object.entries(PARTS)) {
    page.sections.push(heading(2, part))
    for (const name of names) {
      const member = left.get(name)
      if (member === undefined) throw new Error(`there is no option ${name}`)
      left.delete(name)
      if (name === 'features') addFeatures(page, member, features, files)
      else addMember(page, 3, name, member, types)
    }
  }
  if (left.size > 0) throw new Error(`options in no part of their page: ${[...left.keys()].join(', ')}`)
  if (page.withoutExample.length > 0)
    throw new Error(`options without an example: ${page.withoutExample.join(', ')}`)
  const rest = configuration.filter(({ name }) => !page.shown.has(name))
  page.sections.push([heading(2, 'Types'), 'Types that the options above name.'].join('\n\n'))
  for (const declaration of rest) page.sections.push(typeSection(3, declaration))
  const parts = [
    heading(1, 'Configuration'),
    GENERATED,
    INTRODUCTION,
    contents(page.sections),
    ...page.sections,
  ]
  return `${parts.join('\n\n')}\n`
}
