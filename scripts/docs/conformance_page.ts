/** The page about the conformance suite: each module with the tests that ask the same. */
import { NOT_HERE, PLANS, type Plan } from '../../test/conformance/modules.ts'
import { heading } from './markdown.ts'
import { cell } from './security_page.ts'
import type { TestTitle } from './test_titles.ts'

const GENERATED =
  '<!-- Generated from test/conformance/modules.ts and the titles of the tests by `npm run docs`. Do not edit. -->'

const INTRODUCTION = `The modules that the [conformance suite of the OpenID Foundation](https://openid.net/certification/) asks a provider
with, and the tests of ours that ask the same: each makes the module's request over HTTP and asserts the module's own
condition to pass. The suite itself is a service with a browser and a person in front of it; it does not run here, and
nothing on this page is a certification, and a module that the suite renames keeps its old name here until somebody sees
it. \`npm run docs -- --check\` fails when a module has no test.`

/** What a file that names modules holds. */
export const MENTIONS_MODULES = /describe\([^\n]*the conformance suite about|\boidcc-/
const NAMES =
  /(?<![\w-])(?:oidcc|fapi1-advanced-final|fapi2-security-profile-final|fapi-ciba-id1)(?:-[\w-]*\w)?/g
/** A table of inputs is told by its first rows. */
const MOST = 4

/** The tests by the modules in their titles. @throws when a module has no test, or a title names one that is none */
function testsByModule(titles: readonly TestTitle[]): ReadonlyMap<string, TestTitle[]> {
  const tests = new Map<string, TestTitle[]>(
    PLANS.flatMap(({ modules }) => Object.keys(modules).map((name): [string, TestTitle[]] => [name, []])),
  )
  const unknown = new Set<string>()
  for (const test of titles) {
    for (const [name] of test.title.matchAll(NAMES)) {
      const own = tests.get(name)
      if (own === undefined) unknown.add(name)
      own?.push(test)
    }
  }
  const untested = [...tests].filter(([, own]) => own.length === 0).map(([name]) => name)
  if (untested.length > 0) throw new Error(`no test names the conformance modules ${untested.join(', ')}`)
  if (unknown.size > 0)
    throw new Error(`test/conformance/modules.ts does not have ${[...unknown].join(', ')}, which tests name`)
  return tests
}

/** The title without the module, which stands beside it. */
const plain = (title: string) => cell(title.replace(NAMES, '').replace(/^[\s,:]+/, ''))

function shown(tests: readonly TestTitle[]): string {
  const files = [...new Set(tests.map(({ file }) => file))].map((file) => {
    const own = tests.filter((test) => test.file === file).map(({ title }) => plain(title))
    const all = [...new Set(own)].filter((title) => title !== '')
    const rest = all.length - MOST
    const more = rest > 0 ? [`… and ${rest} more like these`] : []
    return [...all.slice(0, MOST), ...more, `\`${file}\``].join('<br>')
  })
  return files.join('<br>')
}

function planTable({ modules }: Plan, tests: ReadonlyMap<string, TestTitle[]>): string {
  const rows = Object.entries(modules).map(
    ([name, asks]) => `| \`${name}\` | ${cell(asks)} | ${shown(tests.get(name) ?? [])} |`,
  )
  return ['| Module | Passes when | Test |', '| --- | --- | --- |', ...rows].join('\n')
}

export function conformancePage(titles: readonly TestTitle[]): string {
  const tests = testsByModule(titles)
  const parts = PLANS.flatMap((plan) => [heading(2, plan.title), plan.about, planTable(plan, tests)])
  const missing = [
    heading(2, 'Modules that need what is not here'),
    [
      '| Modules | Why |',
      '| --- | --- |',
      ...Object.entries(NOT_HERE).map(([names, why]) => `| \`${names}\` | ${cell(why)} |`),
    ].join('\n'),
  ]
  return `${[heading(1, 'Conformance'), GENERATED, INTRODUCTION, ...parts, ...missing].join('\n\n')}\n`
}
