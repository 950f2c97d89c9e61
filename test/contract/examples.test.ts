import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect } from 'chai'
import Provider from '../../lib/index.ts'

const ROOT = new URL('../../', import.meta.url).pathname

/** What examples take for granted: things of the host. */
const HOST = `
declare const database: { person(id: string): Promise<{ name: string; email: string; tenant: string } | undefined> }
declare const log: { info(message: string): void; warn(message: string): void; error(what: object, message: string): void }
declare const secret: string
declare const hasPin: (accountId: string, pin: string) => Promise<boolean>
declare const queue: object[]
declare const phone: { ask(accountId: string, question: object): Promise<void> }
declare const escapeHtml: (text: string) => string
declare const app: { use(path: string, handler: ReturnType<Provider['callback']>): void }
declare const uid: string
declare const grantId: string
declare const req: IncomingMessage
declare const res: ServerResponse
declare const provider: Provider
declare const showLogin: (uid: string, hint: unknown) => void
declare const clients: ClientMetadata[]
declare const findAccount: FindAccount
declare const adapter: AdapterConstructor
declare const jwks: JWKS
declare const authReqId: string
declare const pem: string
declare const found: unknown
declare const ctx: KoaContextWithOIDC
declare const client: InstanceType<Provider['Client']>
declare const models: {
  ctx: KoaContextWithOIDC
  grant: InstanceType<Provider['Grant']>
  session: InstanceType<Provider['Session']>
  interaction: InstanceType<Provider['Interaction']>
  client: InstanceType<Provider['Client']>
  code: InstanceType<Provider['AuthorizationCode']>
  token: InstanceType<Provider['AccessToken']>
  refreshToken: InstanceType<Provider['RefreshToken']>
  record: InstanceType<Provider['ReplayDetection']>
  idToken: InstanceType<Provider['IdToken']>
  request: InstanceType<Provider['BackchannelAuthenticationRequest']>
  error: InstanceType<typeof errors.InvalidRequest>
  given: string
  sid: string
}
`

const IMPORTS = `
import { createHmac, randomBytes, randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { Redis } from 'ioredis'
import { redisAdapter } from '../lib/adapters/redis.ts'
import Provider, { errors, interactionPolicy, type AdapterConstructor, type ClientMetadata, type Configuration, type FindAccount, type JWKS, type KoaContextWithOIDC } from '../lib/index.ts'
`

/** What examples of models take for granted. */
const MODELS = `
const adapter = provider.Session.adapter
const { ctx, grant, session, interaction, client, code, token, refreshToken, record, idToken, request, error, given, sid } = models
`

const SILENT = { info() {}, warn() {}, error() {} }

const examplesOf = async (page: string) =>
  [...(await readFile(join(ROOT, page), 'utf8')).matchAll(/^```js\n(.*?)^```/gms)].map(
    ([, code = '']) => code,
  )

/** Those at the end of rows of tables. */
const rowExamplesOf = async (page: string) =>
  [...(await readFile(join(ROOT, page), 'utf8')).matchAll(/ Example: (`+) ?(.*?) ?\1 \|$/gm)].map(
    ([, , code = '']) => code.replaceAll('\\|', '|'),
  )

describe('examples of the reference', function suite() {
  this.timeout(60_000)
  let folder = ''

  before(async () => {
    // Inside of the repository, so that packages are found.
    folder = await mkdtemp(join(ROOT, '.examples-'))
  })
  after(() => rm(folder, { recursive: true }))

  /** @returns what the compiler says about a program */
  async function complaints(program: string): Promise<string> {
    await writeFile(join(folder, 'examples.ts'), `${IMPORTS}\n${HOST}\n${program}`)
    const extended = join(ROOT, 'tsconfig.json')
    const compilerOptions = {
      noUnusedLocals: false,
      noUnusedParameters: false,
      noPropertyAccessFromIndexSignature: false,
    }
    await writeFile(
      join(folder, 'tsconfig.json'),
      JSON.stringify({ extends: extended, include: ['examples.ts'], compilerOptions }),
    )
    return promisify(execFile)('npx', ['tsc', '--noEmit', '-p', folder], { cwd: ROOT }).then(
      () => '',
      (failure: { stdout: string }) => failure.stdout,
    )
  }

  it('each one of docs/configuration.md is a member of a Configuration', async () => {
    const examples = await examplesOf('docs/configuration.md')
    const members = examples.map((code) => code.trimEnd().replace(/( \/\/.*)?$/, ',$1'))
    const programs = members.map(
      (member, place) => `const configuration${place}: Configuration = {\n${member}\n}`,
    )

    expect(examples).to.have.length.above(30)
    expect(await complaints(programs.join('\n'))).to.equal('')
  })

  it('those of docs/events.md compile, one for each event', async () => {
    const [first = ''] = await examplesOf('docs/events.md')
    const rows = await rowExamplesOf('docs/events.md')

    expect(rows).to.have.length.above(70)
    expect(await complaints([first, ...rows].join('\n'))).to.equal('')
  })

  it('those of methods of models, of ctx.oidc and of adapters compile', async () => {
    const tables = await Promise.all(
      ['models', 'context'].map((page) => rowExamplesOf(`docs/reference/${page}.md`)),
    )
    const blocks = await Promise.all(
      ['models', 'adapter'].map((page) => examplesOf(`docs/reference/${page}.md`)),
    )
    const examples = [...tables, ...blocks].flat()
    const programs = examples.map(
      (code, place) => `async function example${place}() {\n${MODELS}\n{\n${code}\n}}`,
    )

    expect(examples).to.have.length.above(75)
    expect(await complaints(programs.join('\n'))).to.equal('')
  })

  it('that of docs/reference/errors.md listens to events that there are', async () => {
    const [example = ''] = await examplesOf('docs/reference/errors.md')
    const provider = new Provider('https://op.example.com', { logger: SILENT })
    const events = await readFile(join(ROOT, 'docs/events.md'), 'utf8')
    const before = provider.eventNames()

    new Function('provider', example)(provider)

    const heard = provider.eventNames().filter((name) => !before.includes(name))
    expect(heard).to.have.length(6)
    for (const name of heard) expect(events).to.include(`\`${String(name)}\``)
  })

  it('the clients of docs/reference/client_metadata.md are accepted (RFC 7591 §2)', async () => {
    const [example = ''] = await examplesOf('docs/reference/client_metadata.md')
    const configuration: unknown = new Function(`return { ${example} }`)()
    const { clients } = Object(configuration)
    const features = { clientCredentials: { enabled: true } }

    expect(clients).to.have.length(5)
    new Provider('https://op.example.com', {
      clients,
      features,
      logger: { info() {}, warn() {}, error() {} },
    })
  })

  it('those of docs/reference/client_metadata.md compile, one for each member (RFC 7591 §2)', async () => {
    const page = await readFile(join(ROOT, 'docs/reference/client_metadata.md'), 'utf8')
    const members = page.match(/^\| `[a-z_]+` \|/gm) ?? []
    const examples = await rowExamplesOf('docs/reference/client_metadata.md')
    const programs = examples.map(
      (code, place) => `const metadata${place}: Partial<ClientMetadata> = { ${code} }`,
    )

    expect(examples).to.have.length(members.length)
    expect(await complaints(programs.join('\n'))).to.equal('')
  })

  it('each one of docs/reference/provider.md compiles', async () => {
    const examples = await examplesOf('docs/reference/provider.md')
    const programs = examples.map((code, place) => `async function example${place}() {\n${code}}`)

    expect(examples).to.have.length.above(15)
    expect(await complaints(programs.join('\n'))).to.equal('')
  })
})
