import { expect } from 'chai'
import { memoryAdapter } from '../../lib/adapters/memory.ts'
import type { CommitOperation, GivenAdapter, ModelName } from '../../types/adapter.ts'
import type { Configuration } from '../../types/configuration.ts'
import { type CountingAdapter, countingAdapter } from './counting_adapter.ts'
import {
  REDIRECT_URI,
  type RunningProvider,
  type StartOptions,
  startProvider,
  stopProviders,
  type TokenAnswer,
  WEB_CLIENT,
} from './start_provider.ts'
import type { Observed } from './user_agent.ts'

/** What holds for every case of `docs/security.md`, whatever is sent. */
interface Exceptions {
  /** Statuses of 500 and more that the case is about. */
  fails?: readonly number[]
}

type Case = (scene: Scene) => Promise<void>

const SECRET_KINDS = new Set([
  'AccessToken',
  'AuthorizationCode',
  'RefreshToken',
  'ClientCredentials',
  'Session',
])
const STACK = /\n\s+at .+:\d+:\d+|\bat \S+ \(.+:\d+:\d+\)/
const BEARS_TOKEN = /(?:access_token|refresh_token|id_token|[?&#]code)["=]/
const MAX_KEY = 512
/** Storage calls that one answer may cost, on average. */
const CALLS_AN_ANSWER = 12
/**
 * Milliseconds of processor time that one case may cost, and so many more for each answer: eight times what the
 * longest one takes. However busy the machine is, waiting for a processor does not count.
 */
const PROCESSOR_TIME = { base: 2000, anAnswer: 100 }

/** Writes by name: `insert Session`, `destroy Grant`, `revoke AccessToken`. */
function writesOf(name: string, args: readonly unknown[]): string[] {
  const [model, method] = name.split('.')
  if (name === 'commit') {
    return operationsOf(args).flatMap(({ op, model }) => (op === 'require' ? [] : [`${op} ${model}`]))
  }
  if (method === 'upsert' || method === 'consume' || method === 'destroy') return [`${method} ${model}`]
  return method === 'revokeByGrantId' ? [`revoke ${model}`] : []
}

const isOperation = (value: unknown): value is CommitOperation =>
  typeof value === 'object' && value !== null && 'op' in value && 'id' in value

const operationsOf = ([list]: readonly unknown[]): CommitOperation[] =>
  Array.isArray(list) ? list.filter(isOperation) : []

/** One case: a provider that is watched, and what must hold for all it does. */
export class Scene {
  readonly #exceptions: Exceptions
  readonly #answers: Observed[] = []
  readonly #said: string[] = []
  readonly #running: RunningProvider[] = []
  readonly #secrets = new Set<string>()
  readonly #redirectUris = new Set<string>()
  #storage: CountingAdapter | undefined
  #writes: readonly string[] = []
  readonly #processorTime = process.cpuUsage()

  constructor(exceptions: Exceptions) {
    this.#exceptions = exceptions
  }

  /** Starts the provider under attack. */
  async start(configuration: Configuration = {}, options: StartOptions = {}): Promise<RunningProvider> {
    const { clients = [WEB_CLIENT], adapter = memoryAdapter() } = configuration
    for (const { client_secret: secret, redirect_uris: uris = [] } of clients) {
      if (secret !== undefined) this.#secrets.add(secret)
      for (const uri of uris) this.#redirectUris.add(uri)
    }
    this.#storage = countingAdapter(adapter)
    const note = (...args: unknown[]) => {
      this.#said.push(args.map((arg) => (arg instanceof Error ? arg.message : String(arg))).join(' '))
    }
    const op = await startProvider(
      {
        logger: { info: note, warn: note, error: note },
        ...configuration,
        clients,
        adapter: this.#storage.adapter,
      },
      { observe: (observed) => this.#answers.push(observed), ...options },
    )
    this.#listen(op)
    this.#running.push(op)
    return op
  }

  /** A place the browser may be sent to besides the registered ones of configured clients. */
  expectRedirectsTo(uri: string): void {
    this.#redirectUris.add(uri)
  }

  /** The attack begins: from here on nothing is written but this, for example `destroy Grant`. */
  begin(...writes: string[]): void {
    this.#collectSecrets()
    this.#storage?.reset()
    this.#writes = writes
  }

  /** Storage calls since the attack began, for example `Client.find`. */
  get calls(): readonly string[] {
    return this.#storage?.calls.map(({ name }) => name) ?? []
  }

  /** The watched storage, to reach around the provider. */
  adapter(model: ModelName): GivenAdapter {
    if (this.#storage === undefined) throw new Error('nothing was started')
    return this.#storage.adapter(model)
  }

  /** Answers so far. */
  get answers(): readonly Observed[] {
    return this.#answers
  }

  /** A value that must not show up in errors, logs and events. */
  keepSecret(value: string): void {
    this.#secrets.add(value)
  }

  #listen({ provider }: RunningProvider): void {
    const tell = (error: unknown) => {
      if (!(error instanceof Error)) return
      const parts = Object.entries(error).map(([, value]) => (typeof value === 'string' ? value : ''))
      this.#said.push([error.message, ...parts].join(' '))
    }
    provider.on('authorization.error', (_ctx, error) => tell(error))
    provider.on('grant.error', (_ctx, error) => tell(error))
    provider.on('introspection.error', (_ctx, error) => tell(error))
    provider.on('revocation.error', (_ctx, error) => tell(error))
    provider.on('userinfo.error', (_ctx, error) => tell(error))
    provider.on('server_error', (_ctx, error) => tell(error))
  }

  #collectSecrets(): void {
    for (const { name, args } of this.#storage?.calls ?? []) {
      if (name !== 'commit') continue
      for (const { op, model, id } of operationsOf(args)) {
        if (op === 'insert' && SECRET_KINDS.has(model)) this.#secrets.add(id)
      }
    }
  }

  /** Holds everything that happened to the invariants. */
  async check(prototype: readonly PropertyKey[]): Promise<void> {
    this.#collectSecrets()
    for (const op of this.#running) {
      const alive = await fetch(op.provider.urlFor('jwks'))
      expect(alive.status, 'the provider still answers').to.equal(200)
    }
    for (const answer of this.#answers) this.#checkAnswer(answer)
    for (const line of this.#said) this.#checkText(line, 'log line or event')
    this.#checkStorage()
    this.#checkProcessorTime()
    expect(Reflect.ownKeys(Object.prototype), 'Object.prototype').to.deep.equal(prototype)
  }

  #checkText(text: string, where: string): void {
    expect(STACK.test(text), `a stack in a ${where}: ${text}`).to.equal(false)
    for (const secret of this.#secrets) {
      expect(text.includes(secret), `a secret in a ${where}: ${text}`).to.equal(false)
    }
  }

  #checkAnswer({ method, url, status, headers, body }: Observed): void {
    const what = `${method} ${url.slice(0, 200)} -> ${status}`
    const { fails = [] } = this.#exceptions
    if (status >= 500) expect(fails, what).to.include(status)
    // The host's own screens are not the provider's doing.
    if (new URL(url).pathname.includes('/interaction/')) return
    expect(headers.get('x-content-type-options'), what).to.equal('nosniff')
    if (status >= 400) this.#checkText(body, `answer (${what})`)
    if (headers.get('content-type')?.startsWith('text/html')) checkPage(headers, what)
    const location = headers.get('location')
    if (location !== null) this.#checkLocation(new URL(location, url), new URL(url).origin, what)
    if (BEARS_TOKEN.test(`${location ?? ''}${status < 400 && isJson(headers) ? body : ''}`))
      checkUncached(headers, what)
  }

  #checkLocation(location: URL, own: string, what: string): void {
    if (location.origin === own) return
    const known = [...this.#redirectUris].map((uri) => new URL(uri))
    const registered = known.some(({ protocol, hostname, host }) => {
      const loopback = ['127.0.0.1', '[::1]', 'localhost'].includes(hostname)
      const same = loopback ? hostname === location.hostname : host === location.host
      return protocol === location.protocol && same
    })
    expect(registered, `${what} leads to ${location.href}`).to.equal(true)
  }

  /** An expression that backtracks, or work that grows with the square of what was sent, costs no storage call. */
  #checkProcessorTime(): void {
    const { user, system } = process.cpuUsage(this.#processorTime)
    const { base, anAnswer } = PROCESSOR_TIME
    const bound = base + anAnswer * this.#answers.length
    expect((user + system) / 1000, 'milliseconds of processor time').to.be.at.most(bound)
  }

  #checkStorage(): void {
    const calls = this.#storage?.calls.length ?? 0
    // Whoever attacks must not be able to keep storage busy; what that takes in time depends on the machine.
    expect(calls, 'storage calls').to.be.at.most(CALLS_AN_ANSWER * Math.max(1, this.#answers.length))
    for (const { name, args } of this.#storage?.calls ?? []) {
      const ids = name === 'commit' ? operationsOf(args).map(({ id }) => id) : [String(args[0])]
      for (const id of ids) expect(Buffer.byteLength(id), `key of ${name}`).to.be.at.most(MAX_KEY)
      for (const write of writesOf(name, args)) expect(this.#writes, 'unexpected write').to.include(write)
    }
  }
}

const isJson = (headers: Headers) => headers.get('content-type')?.startsWith('application/json') === true

function checkPage(headers: Headers, what: string): void {
  expect(headers.get('content-security-policy'), what).to.include("frame-ancestors 'none'")
  expect(headers.get('x-frame-options'), what).to.equal('DENY')
  expect(headers.get('referrer-policy'), what).to.equal('no-referrer')
  expect(headers.get('content-type'), what).to.match(/charset=utf-8/i)
}

function checkUncached(headers: Headers, what: string): void {
  if (/\/jwks|well-known/.test(what)) return
  expect(headers.get('cache-control'), `${what} is not stored`).to.include('no-store')
}

/** Runs a case of the catalogue in `docs/security.md`; its title starts with the id, and the invariants hold. */
export function attack(id: string, title: string, run: Case, exceptions: Exceptions = {}): void {
  it(`${id} ${title}`, async () => {
    const prototype = Reflect.ownKeys(Object.prototype)
    const rejected: unknown[] = []
    const note = (reason: unknown) => rejected.push(reason)
    process.on('unhandledRejection', note)
    const scene = new Scene(exceptions)
    try {
      await run(scene)
      await new Promise((resolve) => setImmediate(resolve))
      await scene.check(prototype)
      expect(rejected, 'unhandled rejections').to.deep.equal([])
    } finally {
      process.off('unhandledRejection', note)
      await stopProviders()
    }
  })
}

/** An authorization request that nobody can be redirected for: an error to whoever is here, as page and as JSON. */
export async function expectPage(
  op: RunningProvider,
  url: string,
  error: string,
  status = 400,
): Promise<void> {
  const page = await op.agent().get(url, { accept: 'text/html' })
  const json = await op.agent().get(url, { accept: 'application/json' })

  for (const response of [page, json]) {
    expect(response.status).to.equal(status)
    expect(response.headers.get('location')).to.equal(null)
    expect(response.headers.getSetCookie()).to.deep.equal([])
  }
  expect(page.headers.get('content-type')).to.match(/^text\/html/)
  expect(await json.json()).to.have.property('error', error)
}

/** An error that goes to the client's verified redirect_uri, with `iss` and the request's `state`. */
export function expectRedirect(
  op: RunningProvider,
  response: Response,
  error: string,
  state?: string,
): URLSearchParams {
  const location = response.headers.get('location') ?? ''
  expect(response.status, location).to.equal(303)
  expect(location.startsWith(REDIRECT_URI), `${location} is the client's`).to.equal(true)
  const { search, hash } = new URL(location)
  const answer = new URLSearchParams(hash === '' ? search : hash.slice(1))
  expect(answer.get('error'), location).to.equal(error)
  expect(answer.get('iss')).to.equal(op.issuer)
  expect(answer.get('state')).to.equal(state ?? null)
  expect(answer.get('code')).to.equal(null)
  return answer
}

/** An error of the token endpoint: JSON, not stored by caches, nothing issued. */
export function expectRefusal({ status, headers, body }: TokenAnswer, wanted: number, error: string): void {
  expect({ status, error: body['error'] }, String(body['error_description'])).to.deep.equal({
    status: wanted,
    error,
  })
  expect(headers.get('content-type')).to.match(/^application\/json/)
  expect(headers.get('cache-control')).to.include('no-store')
  expect(Object.keys(body)).to.not.include.members(['access_token'])
}
