/** Writes the pages of docs/ that are made from types, code and tests; with --check fails when they are not up to date. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { PAGE_TEXTS } from '../lib/actions/pages/make_screens.ts'
import { FEATURES } from '../lib/features/index.ts'
import Provider from '../lib/index.ts'
import { configurationPage } from './docs/configuration_page.ts'
import { conformancePage, MENTIONS_MODULES } from './docs/conformance_page.ts'
import { type Declaration, readDeclarations } from './docs/declarations.ts'
import { diagnosticsPage } from './docs/diagnostics_page.ts'
import { errorsPage } from './docs/errors_page.ts'
import { eventsPage } from './docs/events_page.ts'
import { fapiPage } from './docs/fapi_page.ts'
import { MODEL_NAMES, modelsPage } from './docs/models_page.ts'
import { featuresPage, protocolPage } from './docs/protocol_page.ts'
import { providerPage } from './docs/provider_page.ts'
import { reasonsPages } from './docs/reasons_pages.ts'
import { MENTIONS_CASES, securityPage } from './docs/security_page.ts'
import { adapterPage, clientMetadataPage, contextPage } from './docs/table_pages.ts'
import { readTitles } from './docs/test_titles.ts'
import { textsPage } from './docs/texts_page.ts'
import { linkTypes } from './docs/type_links.ts'
import { typesPage } from './docs/types_page.ts'
import { readSources } from './layers/sources.ts'

const root = resolve(import.meta.dirname, '..')
/** Options outside of features; those with parts of their own in features stand in files of their own. */
const CONFIGURATION = [
  'types/configuration.ts',
  'types/enabled_jwa.ts',
  'types/fetch_limits.ts',
  'types/routes.ts',
  'types/grants/trusted_issuer.ts',
  'types/screens/screens.ts',
  'types/ttl.ts',
]
const EVENTS = 'types/events.ts'
const REGISTRY = 'types/features/index.ts'

const PAYLOADS = 'types/payloads.ts'
const MODELS = 'types/models.ts'
const CONTEXT = 'types/context.ts'
const CLIENT = 'types/client.ts'
const ADAPTER = 'types/adapter.ts'
const ERRORS = 'types/errors.ts'
const DIAGNOSTICS = 'types/running/diagnostics.ts'
const ERROR_CLASSES = 'lib/helpers/errors.ts'
const PROVIDER = 'lib/provider.ts'
/** Where features add to the class of providers. */
const MEMBERS = 'lib/engine/runtime.ts'
const CLASSES = [
  'lib/models/base_model.ts',
  'lib/models/session.ts',
  'lib/models/traits/grant_bound.ts',
  'lib/models/traits/polled_token.ts',
  'lib/features/device_flow/device_code.ts',
  'lib/clients/client.ts',
  'lib/models/id_token.ts',
]

/** Features that add members to classes. */
const FEATURES_WITH_MEMBERS = readdirSync(join(root, 'lib/features'), { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && existsSync(join(root, 'lib/features', entry.name, 'members.ts')))
  .map(({ name }) => name)
  .sort()
const featureFiles = readdirSync(join(root, 'types/features'))
  .map((name) => `types/features/${name}`)
  .filter((path) => path.endsWith('.ts') && path !== REGISTRY)
  .sort()
const typeFiles = ['types', 'types/grants', 'types/running', 'types/screens'].flatMap((folder) =>
  readdirSync(join(root, folder))
    .filter((name) => name.endsWith('.ts'))
    .map((name) => `${folder}/${name}`)
    .sort(),
)
const memberFiles = FEATURES_WITH_MEMBERS.map((name) => `lib/features/${name}/members.ts`)
const declarations = readDeclarations(root, [
  ...CONFIGURATION,
  EVENTS,
  REGISTRY,
  ...featureFiles,
  PAYLOADS,
  MODELS,
  CONTEXT,
  CLIENT,
  ADAPTER,
  ERRORS,
  ERROR_CLASSES,
  PROVIDER,
  MEMBERS,
  ...typeFiles,
  ...memberFiles,
  ...CLASSES,
])
const of = (path: string) => declarations.get(path) ?? []
function one(path: string, name: string): Declaration {
  const parts = of(path).filter((declaration) => declaration.name === name)
  // A class may stand beside an interface of its name.
  const found = parts.find(({ code }) => code === '') ?? parts[0]
  if (found === undefined) throw new Error(`${path} has no ${name}`)
  return found
}
const features = new Map(featureFiles.map((path) => [path, of(path)]))

/** Files whose types can be imported, as lib/index.ts has it. */
const PUBLIC = [...new Set([...typeFiles, ...featureFiles])]
/** Types that another page tells in full. */
const elsewhere = new Map([
  ...CONFIGURATION.flatMap(of).map(({ name }) => [name, '../configuration.md'] as const),
  ...[...features.values()]
    .flat()
    .flatMap(({ name }) => (/Options$/.test(name) ? [[name, '../configuration.md'] as const] : [])),
  ...of(EVENTS).map(({ name }) => [name, '../events.md'] as const),
  ...MODEL_NAMES.map((name) => [name, 'models.md'] as const),
  ...of(ADAPTER).map(({ name }) => [name, 'adapter.md'] as const),
  ['OIDCContext', 'context.md'] as const,
  ['OIDCContextEntities', 'context.md'] as const,
  ['ClientMetadata', 'client_metadata.md'] as const,
  ['ProviderError', 'errors.md'] as const,
  ['DiagnosticsChannels', 'diagnostics.md'] as const,
])

/** The interfaces of texts of screens, by their names in small letters. */
const textTypes = new Map(
  [...of('types/screens/texts.ts'), ...[...features.values()].flat()].map((declaration) => [
    declaration.name.toLowerCase(),
    declaration,
  ]),
)

/** What the options of a feature say it is, in one sentence. */
function optionsOf(type: string): string {
  const found = [...features.values()].flat().find(({ name }) => name === type)
  return found?.comment.text.split(/(?<=\.) /)[0] ?? ''
}
/** A provider without options, for what its classes have. */
const provider = new Provider('https://op.example.com', { logger: { info() {}, warn() {}, error() {} } })
const modelClasses: ReadonlyMap<string, unknown> = new Map(
  [...of(MODELS), ...[...features.values()].flat()].flatMap(({ name }): [string, unknown][] => {
    const model: unknown = Reflect.get(provider, name)
    return typeof model === 'function' && name !== 'BaseToken' && name !== 'ResourceServer'
      ? [[name, model]]
      : []
  }),
)
const reachable = (model: string, name: string) => {
  const found = modelClasses.get(model)
  return typeof found === 'function' && name in found
}
/** Client metadata that is there with a feature. */
const origins = new Map(
  featureFiles.flatMap((path) => {
    const words = path.replace(/^.*\/|\.ts$|_/g, '')
    const all = one(REGISTRY, 'Features').members ?? []
    const feature = all.find(({ name }) => name.toLowerCase() === words)?.name ?? words
    const source = readFileSync(join(root, path), 'utf8')
    const [, block = ''] = /interface ClientMetadata \{\n(.*?)\n {2}\}/s.exec(source) ?? []
    return [...block.matchAll(/^ {4}(\w+)\?:/gm)].map(([, name = '']): [string, string] => [name, feature])
  }),
)

const titles = await readTitles(root, [MENTIONS_CASES, MENTIONS_MODULES])

const pages: Readonly<Record<string, string>> = {
  'docs/configuration.md': configurationPage(
    CONFIGURATION.flatMap(of),
    of(REGISTRY),
    features,
    new Set(FEATURES.map(({ name }) => name)),
  ),
  'docs/conformance.md': conformancePage(titles),
  ...reasonsPages(readSources()),
  'docs/events.md': eventsPage(of(EVENTS), [...features.values()].flat()),
  'docs/fapi.md': fapiPage(),
  'docs/reference/adapter.md': adapterPage(of(ADAPTER)),
  'docs/reference/client_metadata.md': clientMetadataPage(one(CLIENT, 'ClientMetadata'), origins),
  'docs/reference/context.md': contextPage(one(CONTEXT, 'OIDCContext'), one(CONTEXT, 'OIDCContextEntities')),
  'docs/reference/diagnostics.md': diagnosticsPage(one(DIAGNOSTICS, 'DiagnosticsChannels'), of(DIAGNOSTICS)),
  'docs/reference/errors.md': errorsPage(of(ERROR_CLASSES), one(ERRORS, 'ProviderError')),
  'docs/reference/features.md': featuresPage(
    (one(REGISTRY, 'Features').members ?? []).map(({ name, type }) => [name, optionsOf(type)] as const),
  ),
  'docs/reference/models.md': modelsPage(
    [...of(MODELS), ...of(PAYLOADS), ...[...features.values()].flat()],
    CLASSES.flatMap(of),
    one(CLIENT, 'ClientMetadata').members ?? [],
    reachable,
  ),
  'docs/reference/protocol.md': protocolPage(),
  'docs/reference/provider.md': providerPage(
    one(PROVIDER, 'Provider'),
    one(MEMBERS, 'FeatureMembers').members ?? [],
    new Set(modelClasses.keys()),
  ),
  'docs/reference/texts.md': textsPage(
    [...PAGE_TEXTS, ...FEATURES.flatMap(({ texts = [] }) => texts)],
    (screen) => textTypes.get(`${screen}texts`),
  ),
  'docs/reference/types.md': typesPage(PUBLIC.flatMap(of), elsewhere),
  'docs/security.md': securityPage(titles),
}

function current(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

/** Types that the page of types has. */
const names = new Set(PUBLIC.flatMap(of).map(({ name }) => name))

for (const [name, text] of Object.entries(pages)) {
  const path = join(root, name)
  const page = linkTypes(text, name, names)
  if (current(path) === page) continue
  if (process.argv.includes('--check')) {
    console.error(`${name} is stale: run npm run docs`)
    process.exitCode = 1
  } else {
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, page)
    console.log(`wrote ${name}`)
  }
}
