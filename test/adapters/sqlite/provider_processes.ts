import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { createServer, request, type Server } from 'node:http'
import { join } from 'node:path'
import { sqliteAdapter } from '../../../lib/adapters/sqlite.ts'
import { developmentKeys } from '../../../lib/helpers/jose/development_keys.ts'
import Provider from '../../../lib/index.ts'
import type { ClientMetadata } from '../../../types/client.ts'
import { secretClient } from '../../actions/client_auth/assertions.ts'
import { RunningProvider, WEB_CLIENT } from '../../support/start_provider.ts'

export const CLIENTS: ClientMetadata[] = [WEB_CLIENT, secretClient()]
export const FEATURES = {
  clientCredentials: { enabled: true },
  pushedAuthorizationRequests: { enabled: true },
}

/** Several processes on one SQLite file, behind an address that asks them in turns. */
export interface ProviderProcesses {
  /** What to send requests with: its own provider says where the endpoints are, and serves nothing. */
  op: RunningProvider
  /** Ends one by kill -9, and starts another one in its place. */
  replace(position: number): Promise<void>
  stop(): Promise<void>
}

interface Member {
  child: ChildProcess
  origin: URL
}

/** @param window seconds of `refreshTokenReuseWindow` */
export async function startProcesses(file: string, count: number, window = 0): Promise<ProviderProcesses> {
  const members: Member[] = []
  const front = await startFront(members)
  const options = JSON.stringify({ file, issuer: front.address, jwks: developmentKeys(), window })
  members.push(...(await Promise.all(Array.from({ length: count }, () => startMember(options)))))
  const adapter = sqliteAdapter({ file })
  const named = new Provider(front.address, {
    adapter,
    logger: { info() {}, warn() {}, error() {} },
    features: FEATURES,
  })
  return {
    op: new RunningProvider(named, front.address, WEB_CLIENT),
    async replace(position) {
      const ended = members[position]
      if (ended !== undefined) await kill(ended)
      members[position] = await startMember(options)
    },
    async stop() {
      await Promise.all(members.map(kill))
      front.server.closeAllConnections()
      front.server.close()
      await adapter.close()
    },
  }
}

async function startMember(options: string): Promise<Member> {
  const script = join(import.meta.dirname, 'provider_process.ts')
  const child = fork(script, [options], {
    execArgv: ['--import', 'tsx'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  const [origin]: unknown[] = await once(child, 'message')
  return { child, origin: new URL(String(origin)) }
}

async function kill({ child }: Member): Promise<void> {
  const ended = once(child, 'exit')
  if (child.kill('SIGKILL')) await ended
}

/** Hands each request to the next one; one whose answer is lost is answered with 502. */
async function startFront(members: readonly Member[]): Promise<{ server: Server; address: string }> {
  let turn = 0
  const server = createServer((incoming, outgoing) => {
    turn += 1
    const member = members[turn % members.length]
    const fail = () => {
      if (!outgoing.headersSent) outgoing.writeHead(502, { connection: 'close' })
      outgoing.end()
    }
    if (member === undefined) return fail()
    const { method, url: path, headers } = incoming
    const forwarded = request({
      host: member.origin.hostname,
      port: member.origin.port,
      method,
      path,
      headers,
    })
    forwarded.on('response', (answer) => {
      outgoing.writeHead(answer.statusCode ?? 500, answer.headers)
      answer.on('error', fail)
      answer.pipe(outgoing)
    })
    forwarded.on('error', fail)
    incoming.pipe(forwarded)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const bound = server.address()
  if (bound === null || typeof bound === 'string') throw new Error('no address')
  return { server, address: `http://127.0.0.1:${bound.port}` }
}
