/** What the process that counts and the processes that run tests tell each other. */
export interface Survey {
  readonly type: 'survey'
  /** Mutants that were reached while files were loaded: switching them on later changes nothing. */
  readonly loading: readonly number[]
  /** For each test, by its full title: its file, and the mutants it reached. */
  readonly tests: readonly {
    readonly title: string
    readonly file: string
    readonly reached: readonly number[]
  }[]
  /** For each file, milliseconds for each of its tests, with all that it sets up. */
  readonly costs: readonly { readonly file: string; readonly cost: number }[]
  /** Tests that fail without any mutant. */
  readonly failing: readonly string[]
}

export interface Verdict {
  readonly type: 'verdict'
  /** The test that failed. */
  readonly killer: string | undefined
  /** The same test fails without the mutant now: nothing this process says can be believed any more. */
  readonly spoilt: boolean
}

export interface Alive {
  readonly type: 'alive'
}

export interface Ready {
  readonly type: 'ready'
}

export type FromWorker = Survey | Verdict | Alive | Ready

export type ToWorker =
  | { readonly type: 'survey' }
  | { readonly type: 'mutant'; readonly id: number; readonly titles: readonly string[] }
  | { readonly type: 'loaded mutant'; readonly id: number; readonly without: readonly string[] }
