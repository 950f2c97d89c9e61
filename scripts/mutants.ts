/**
 * Changes the library in small ways, and tells which changes no test notices: `npm run mutants -- lib/actions/grants`.
 *
 * All mutants of the given files sit in a copy of the project and are switched on one by one; each is tried against
 * the tests that reach it. Mutants that are reached while files are loaded, or in no thread but others, get a process
 * of their own; so does, once more, what those tests did not notice.
 */
import { join, resolve } from 'node:path'
import { Judge, judgeLoaded, takeSurvey } from './mutants/crew.ts'
import { type Mutant, type MutatedFile, mutate } from './mutants/mutate.ts'
import { readOptions } from './mutants/options.ts'
import type { Survey } from './mutants/protocol.ts'
import { sample } from './mutants/sample.ts'
import { makeSandbox, removeSandbox, sourcesOf } from './mutants/sandbox.ts'

/** So many test files are tried first for a mutant that every file loads. */
const LIKELY = 8
const root = resolve(import.meta.dirname, '..')
const options = readOptions(process.argv.slice(2))
const JOBS = options.jobs

interface Plan {
  readonly sandbox: string
  readonly files: readonly string[]
  readonly surveys: readonly Survey[]
  readonly failing: readonly string[]
}

/** The mutants of one path that are tried. */
interface Area {
  readonly path: string
  readonly mutants: readonly Mutant[]
}

/** A killed mutant has a killer, a survivor none. */
interface Outcome {
  readonly mutant: Mutant
  readonly killer: string | undefined
}

/** Runs a task for each item, some at once. */
async function inParallel<T>(
  items: readonly T[],
  work: (item: T, job: number) => Promise<void>,
): Promise<void> {
  const queue = [...items]
  const run = async (job: number): Promise<void> => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await work(item, job)
  }
  await Promise.all(Array.from({ length: JOBS }, (_, job) => run(job)))
}

const share = <T>(items: readonly T[], job: number) => items.filter((_, index) => index % JOBS === job)

/** How many folders a test file shares with a file of the library: tests stand in the same rooms. */
function nearness(test: string, file: string): number {
  const rooms = (path: string) => path.split('/').slice(1, -1)
  const own = rooms(file)
  const strange = rooms(test).findIndex((room, index) => room !== own[index])
  return strange === -1 ? rooms(test).length : strange
}

/** Test files, those first that are nearest to a file, and those that reach most mutants of it. */
function likelyFirst({ files, surveys, sandbox }: Plan, file: string, ids: ReadonlySet<number>): string[] {
  const hits = new Map<string, number>()
  for (const { tests } of surveys) {
    for (const { file: test, reached } of tests) {
      const count = reached.filter((id) => ids.has(id)).length
      if (count > 0) hits.set(test, (hits.get(test) ?? 0) + 1)
    }
  }
  const rank = (test: string) => hits.get(join(sandbox, test)) ?? 0
  const reaching = [...files].sort((a, b) => rank(b) - rank(a))
  const near = files.filter((test) => nearness(test, file) > 0)
  near.sort((a, b) => nearness(b, file) - nearness(a, file) || rank(b) - rank(a))
  return [...new Set([...near.slice(0, LIKELY / 2), ...reaching])]
}

async function judgeWhileLoading(
  plan: Plan,
  mutant: Mutant,
  siblings: ReadonlySet<number>,
): Promise<Outcome> {
  const files = likelyFirst(plan, mutant.file, siblings)
  const first = await judgeLoaded(plan.sandbox, files.slice(0, LIKELY), mutant.id, plan.failing)
  const killer = first ?? (await judgeLoaded(plan.sandbox, files.slice(LIKELY), mutant.id, plan.failing))
  return { mutant, killer }
}

const siblingsOf = (mutant: Mutant, mutants: readonly Mutant[]): Set<number> =>
  new Set(mutants.filter(({ file }) => file === mutant.file).map(({ id }) => id))

/** Tests that reach a mutant in another thread or process only were not among those that have been tried: the nearest are. */
async function judgeOnceMore(plan: Plan, mutant: Mutant, mutants: readonly Mutant[]): Promise<Outcome> {
  const files = likelyFirst(plan, mutant.file, siblingsOf(mutant, mutants)).slice(0, LIKELY)
  return { mutant, killer: await judgeLoaded(plan.sandbox, files, mutant.id, plan.failing) }
}

async function judgeAll(
  plan: Plan,
  mutants: readonly Mutant[],
  told: (outcome: Outcome) => void,
): Promise<void> {
  const loading = new Set(plan.surveys.flatMap((survey) => survey.loading))
  const failing = new Set(plan.failing)
  const tests = plan.surveys.flatMap((survey) => survey.tests).filter(({ title }) => !failing.has(title))
  const costs = new Map(plan.surveys.flatMap((survey) => survey.costs.map(({ file, cost }) => [file, cost])))
  const costOf = (file: string) => costs.get(join(plan.sandbox, file)) ?? 0
  const cheapFirst = [...plan.files].sort((a, b) => costOf(a) - costOf(b))
  const judges = Array.from({ length: JOBS }, () => new Judge(plan.sandbox, cheapFirst))
  const reached = new Set(tests.flatMap((test) => test.reached))
  const unnoticed: Mutant[] = []
  // Threads and processes that tests start count nothing here, and hear of a mutant when they begin.
  const isApart = ({ id }: Mutant) => loading.has(id) || !reached.has(id)
  await inParallel(
    mutants.filter((mutant) => !isApart(mutant)),
    async (mutant, job) => {
      const titles = tests.filter(({ reached }) => reached.includes(mutant.id)).map(({ title }) => title)
      const killer = await judges[job]?.judge(mutant.id, titles)
      if (killer === undefined) unnoticed.push(mutant)
      else told({ mutant, killer })
    },
  )
  for (const judge of judges) judge.end()
  await inParallel(unnoticed, async (mutant) => told(await judgeOnceMore(plan, mutant, mutants)))
  const apart = mutants.filter(isApart)
  if (apart.length > 0) console.log(`${apart.length} are left, each with a process of its own`)
  await inParallel(apart, async (mutant) => {
    told(await judgeWhileLoading(plan, mutant, siblingsOf(mutant, mutants)))
  })
}

const nameOf = ({ file, line, change }: Mutant) => `${file}:${line}  ${change}`

const isWanted = (mutant: Mutant) =>
  options.only.length === 0 || options.only.some((text) => nameOf(mutant).includes(text))

function chooseMutants(files: readonly MutatedFile[]): Area[] {
  return options.paths.map((path) => {
    const own = new Set(sourcesOf(root, [path]))
    const all = files.filter(({ file }) => own.has(file)).flatMap((file) => file.mutants)
    const mutants = all.filter(isWanted)
    const chosen = sample(
      mutants,
      options.sample,
      options.seed,
      ({ file, line, change, id }) => `${file}:${line} ${change} ${id - (all[0]?.id ?? 0)}`,
    )
    const which = chosen.length < mutants.length ? `, ${chosen.length} are tried, seed ${options.seed}` : ''
    console.log(`${mutants.length} mutants in ${own.size} files of ${path}${which}`)
    return { path, mutants: chosen }
  })
}

function report(areas: readonly Area[], outcomes: readonly Outcome[]): void {
  const line = (name: string, of: readonly Outcome[]) => {
    const killed = of.filter(({ killer }) => killer !== undefined).length
    const percent = Math.floor((killed * 100) / Math.max(1, of.length))
    console.log(`${String(percent).padStart(4)} %  ${killed}/${of.length}  ${name}`)
  }
  console.log('')
  for (const file of [...new Set(outcomes.map(({ mutant }) => mutant.file))].sort()) {
    line(
      file,
      outcomes.filter(({ mutant }) => mutant.file === file),
    )
  }
  console.log('')
  for (const { path, mutants } of areas) {
    line(
      path,
      outcomes.filter(({ mutant }) => mutants.includes(mutant)),
    )
  }
  line('together', outcomes)
}

const mutated = mutate(root, [...new Set(sourcesOf(root, options.paths))])
const areas = chooseMutants(mutated)
const mutants = [...new Set(areas.flatMap((area) => area.mutants))]

const sandbox = makeSandbox(root, mutated)
try {
  const files = sourcesOf(root, options.tests).filter(
    (file) => file.endsWith('.test.ts') && !file.startsWith('test/browser/'),
  )
  const surveys = await Promise.all(
    Array.from({ length: JOBS }, (_, job) => takeSurvey(sandbox, share(files, job))),
  )
  const failing = surveys.flatMap((survey) => survey.failing)
  for (const title of failing) console.log(`left out, fails without a mutant: ${title}`)
  const outcomes: Outcome[] = []
  await judgeAll({ sandbox, files, surveys, failing }, mutants, (outcome) => {
    outcomes.push(outcome)
    const { mutant, killer } = outcome
    if (killer === undefined) console.log(`survived  ${nameOf(mutant)}`)
    else if (process.env['MUTANTS_DEBUG'] !== undefined) console.log(`killed ${nameOf(mutant)} BY ${killer}`)
  })
  report(areas, outcomes)
} finally {
  removeSandbox(sandbox)
}
