import type { AdapterConstructor, AdapterFactory } from '../../../types/adapter.ts'
import { type ContractCase, contractCases } from '../contract.ts'
import { makeAdapter } from '../make_adapter.ts'
import { adviceFor, todoFor } from './advice.ts'

/** One promise of the contract, and what became of it. */
export interface CheckedPromise {
  /** The method it is about. */
  readonly method: string
  readonly promise: string
  readonly outcome: 'kept' | 'missed'
  /** What happened instead. */
  readonly error?: string
  readonly means?: string
  readonly todo?: string
}

/** What the documented contract does not ask for, and the adapter does not offer. */
export interface MissingOffer {
  readonly offer: string
  readonly means: string
  readonly todo: string
}

export interface CheckReport {
  readonly promises: readonly CheckedPromise[]
  readonly notOffered: readonly MissingOffer[]
}

/** What is not run where the method is not there: it is no promise then. */
const OPTIONAL = 'listByAccountId'
const BEYOND = 'beyond the documented contract'

/**
 * Holds an adapter to each promise, one after the other.
 * @param seconds that one promise may take
 */
export async function checkAdapter(
  adapter: AdapterConstructor | AdapterFactory,
  seconds: number,
): Promise<CheckReport> {
  const told: string[] = []
  const isListed = offers(adapter, OPTIONAL)
  const promises: CheckedPromise[] = []
  for (const promise of contractCases(adapter, { tell: (message) => told.push(message) })) {
    const method = promise.title.slice(0, promise.title.indexOf(':'))
    const error = await failureOf(promise, seconds)
    if (method === BEYOND || (method === OPTIONAL && error === undefined && !isListed)) continue
    promises.push(checked(method, promise.title.slice(method.length + 2), error))
  }
  return { promises, notOffered: told.map(missing) }
}

function offers(adapter: AdapterConstructor | AdapterFactory, method: typeof OPTIONAL): boolean {
  try {
    return typeof makeAdapter(adapter, 'Session')[method] === 'function'
  } catch {
    return false
  }
}

function checked(method: string, promise: string, error: string | undefined): CheckedPromise {
  if (error === undefined) return { method, promise, outcome: 'kept' }
  return { method, promise, outcome: 'missed', error, ...adviceFor(`${method}: ${promise}`) }
}

/** @param told how the contract tells it: `this adapter does not promise: <offer>: <what it means>` */
function missing(told: string): MissingOffer {
  const [, offer = told, means = ''] = /^this adapter does not promise: ([^:]+): (.*)$/s.exec(told) ?? [
    undefined,
    told.replace('this adapter does not promise: ', ''),
  ]
  return { offer, means: sentence(means), todo: todoFor(offer) }
}

/** Names of methods stay as they are. */
const sentence = (text: string): string =>
  text === '' ? '' : `${text.replace(/^[a-z]+(?= )/, (word) => word[0]?.toUpperCase() + word.slice(1))}.`

/** @returns what happened instead, in a line */
async function failureOf({ run }: ContractCase, seconds: number): Promise<string | undefined> {
  let timer: ReturnType<typeof setTimeout> | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${seconds} seconds`)), seconds * 1000)
  })
  try {
    await Promise.race([run(), late])
    return undefined
  } catch (error) {
    return messageOf(error)
  } finally {
    clearTimeout(timer)
  }
}

function messageOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error)
  const lines = text.split('\n').map((line) => line.trim())
  return lines
    .filter((line) => line !== '')
    .join(' ')
    .slice(0, 300)
}
