import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { EXAMPLE_USERS, type TestProviderOptions, type UserClaims } from '../options.ts'
import { CannotStart } from './cannot_start.ts'
import { CONFIG_FILES, formatConfig } from './config_file.ts'
import { Conversation } from './conversation.ts'
import { apiOf, clientOf, portOf } from './flags.ts'

/** Somebody who is asked, or nobody: then everything is answered by what is offered. */
type Ask = Conversation['ask']

const nobody: Ask = async (_question, fallback, read) => read(fallback)

function yesOrNo(answer: string): boolean {
  if (/^y(?:es)?$/i.test(answer)) return true
  if (/^no?$/i.test(answer)) return false
  throw new TypeError('y or n')
}

/** @see RFC 6749 Appendix A.1 */
function clientId(answer: string): string {
  if (!/^[\x20-\x7e]+$/.test(answer)) throw new TypeError('a client_id is made of printable ASCII characters')
  return answer
}

/** @see RFC 6749 §3.1.2 */
function redirectUri(answer: string): string {
  if (!URL.canParse(answer) || answer.includes('#')) throw new TypeError('an absolute URL without a fragment')
  return answer
}

/** @see RFC 8707 §2 */
const resource = (answer: string): string => (answer === '' ? '' : redirectUri(answer))

/** `ann, ben=ben@example.com`. */
function people(answer: string): Record<string, UserClaims> {
  const entries = answer.split(',').map((part): [string, UserClaims] => {
    const [sub = '', email] = part.trim().split('=')
    if (sub === '') throw new TypeError('names, separated by commas')
    const known = Object.hasOwn(EXAMPLE_USERS, sub) ? EXAMPLE_USERS[sub] : { name: sub }
    return [sub, email === undefined ? { ...known } : { ...known, email, email_verified: true }]
  })
  return Object.fromEntries(entries)
}

async function resourceServers(ask: Ask): Promise<TestProviderOptions['resourceServers']> {
  const api = await ask(
    'An API that wants JWTs as access tokens: its resource indicator, or nothing?',
    '',
    resource,
  )
  if (api === '') return undefined
  return { [api]: apiOf(await ask('Scopes of that API?', 'read write', (answer) => answer)) }
}

/** Asks for one of each. */
async function settingsBy(ask: Ask): Promise<TestProviderOptions> {
  const port = await ask('Port to listen at?', '9000', portOf)
  const id = await ask('client_id of your application?', 'shop', clientId)
  const isConfidential = await ask('Can it keep a secret, as programs on a server can? (y/n)', 'y', yesOrNo)
  const callback = await ask('Its redirect_uri?', 'http://localhost:3000/callback', redirectUri)
  const users = await ask('Users, as names or name=email?', Object.keys(EXAMPLE_USERS).join(', '), people)
  const anyClient = await ask('Accept other applications on this device as well? (y/n)', 'y', yesOrNo)
  const secret = isConfidential ? randomBytes(24).toString('base64url') : undefined
  const servers = await resourceServers(ask)
  return {
    port,
    clients: [clientOf(id, secret, callback)],
    anyClient,
    users,
    ...(servers !== undefined && { resourceServers: servers }),
  }
}

/** What to tell the application. */
function summary(file: string, { port, clients = [] }: TestProviderOptions): string {
  const [client] = clients
  const rows = [
    ['issuer', `http://localhost:${port}`],
    ['client_id', client?.client_id],
    ['client_secret', client?.client_secret ?? 'none: a public client, with PKCE'],
    ['redirect_uri', client?.redirect_uris?.[0]],
  ]
  const lines = rows.map(([name = '', value = '']) => `  ${name.padEnd(15)}${value}\n`)
  return `\n${file} is written. Your application needs\n\n${lines.join('')}\nStart it: npx openid-provider\n`
}

/**
 * Asks what is wanted, and writes the file that the command reads.
 * @throws CannotStart when there is one already
 */
export async function init(named: string | undefined, asks: boolean): Promise<void> {
  const [found] = CONFIG_FILES.filter((file) => existsSync(file))
  const file = named ?? CONFIG_FILES[0]
  if (named === undefined && found !== undefined) throw new CannotStart(`${found} is there already`)
  const conversation = asks ? new Conversation(process.stdin, process.stdout) : undefined
  const settings = await settingsBy(conversation?.ask.bind(conversation) ?? nobody)
  conversation?.end()
  try {
    await writeFile(file, await formatConfig(file, settings), { flag: 'wx' })
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST')
      throw new CannotStart(`${file} is there already`)
    throw error
  }
  process.stdout.write(summary(file, settings))
}
