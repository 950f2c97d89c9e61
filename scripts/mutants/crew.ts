/** Processes that run tests in the copy of the project. */
import { type ChildProcess, fork } from 'node:child_process'
import { join } from 'node:path'
import type { FromWorker, Survey, ToWorker, Verdict } from './protocol.ts'

/** A process that finishes no test for this long is caught in a loop. */
const SILENCE = 30_000
/** All test files together take longer than that to load where other work is going on. */
const LOADING = 180_000

/** One process, its test files loaded. */
export class Worker {
  readonly #child: ChildProcess
  readonly #ready: Promise<void>
  #answer: (message: FromWorker | undefined) => void = () => {}
  #timer: NodeJS.Timeout | undefined

  constructor(sandbox: string, files: readonly string[], mutant = -1) {
    this.#child = fork(join(sandbox, 'scripts/mutants/worker.ts'), [...files], {
      cwd: sandbox,
      execArgv: ['--import', 'tsx'],
      env: { ...process.env, ACTIVE_MUTANT: String(mutant) },
      stdio: ['ignore', 'ignore', process.env['MUTANTS_DEBUG'] === undefined ? 'ignore' : 'inherit', 'ipc'],
    })
    this.#child.on('message', (message: FromWorker) => {
      this.#watch(SILENCE)
      if (message.type !== 'alive') this.#answer(message)
    })
    this.#child.on('exit', () => this.#answer(undefined))
    this.#ready = this.#next(LOADING).then((message) => {
      if (message === undefined) throw new Error('the tests cannot be loaded')
    })
    this.#ready.catch(() => {})
  }

  #watch(limit: number): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#child.kill('SIGKILL'), limit)
  }

  #next(limit = SILENCE): Promise<FromWorker | undefined> {
    this.#watch(limit)
    return new Promise((resolve) => {
      this.#answer = (message) => {
        clearTimeout(this.#timer)
        resolve(message)
      }
    })
  }

  /** @returns nothing when the process ended or had to be ended */
  async ask(order: ToWorker): Promise<FromWorker | undefined> {
    await this.#ready
    const answer = this.#next()
    this.#child.send(order)
    return answer
  }

  end(): void {
    clearTimeout(this.#timer)
    this.#child.kill('SIGKILL')
  }
}

/** Runs tests without a mutant, and notes what they reach. */
export async function takeSurvey(sandbox: string, files: readonly string[]): Promise<Survey> {
  const worker = new Worker(sandbox, files)
  const survey = await worker.ask({ type: 'survey' })
  worker.end()
  if (survey?.type !== 'survey') throw new Error('the tests cannot be run')
  return survey
}

/** One mutant that is there already while files are loaded. */
export async function judgeLoaded(
  sandbox: string,
  files: readonly string[],
  id: number,
  without: readonly string[],
): Promise<string | undefined> {
  const worker = new Worker(sandbox, files, id)
  const answer = await worker.ask({ type: 'loaded mutant', id, without }).catch(() => undefined)
  worker.end()
  if (answer?.type === 'verdict') return answer.killer
  return 'the process ended'
}

/** Judges one mutant after the other in one process, as long as that can be believed. */
export class Judge {
  readonly #start: () => Worker
  #worker: Worker | undefined

  constructor(sandbox: string, files: readonly string[]) {
    this.#start = () => new Worker(sandbox, files)
  }

  async judge(id: number, titles: readonly string[], again = true): Promise<string | undefined> {
    this.#worker ??= this.#start()
    const fresh = this.#worker
    const answer = await fresh.ask({ type: 'mutant', id, titles })
    if (answer?.type !== 'verdict') {
      this.end()
      return 'the process ended'
    }
    const { killer, spoilt }: Verdict = answer
    if (!spoilt) return killer
    this.end()
    return again ? this.judge(id, titles, false) : killer
  }

  end(): void {
    this.#worker?.end()
    this.#worker = undefined
  }
}
