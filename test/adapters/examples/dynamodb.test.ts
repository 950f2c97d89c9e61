import { type IncomingMessage, request, type Server, type ServerResponse } from 'node:http'
import { createRequire } from 'node:module'
import { DynamoDBClient, QueryCommand, ScanCommand } from '@aws-sdk/client-dynamodb'
import { expect } from 'chai'
import sinon from 'sinon'
import { createEntries, dynamoAdapter } from '../../../example/adapters/dynamodb.ts'
import { adapterContract } from '../../../lib/adapters/contract.ts'
import type { AdapterFactory } from '../../../types/adapter.ts'
import { testFlows } from '../../storage/test_flows.ts'
import { startServer, stopServers } from '../../support/local_server.ts'
import { OpenServers } from '../../support/open_servers.ts'
import { stopProviders } from '../../support/start_provider.ts'

/** Has no types of its own. */
const dynalite: (options: { createTableMs: number }) => Server = createRequire(import.meta.url)('dynalite')

const TABLE = 'entries'
const KB = 1024
const LONG = 3600

const clientOf = (port: number) =>
  new DynamoDBClient({
    endpoint: `http://127.0.0.1:${port}`,
    region: 'local',
    credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
  })

describe('A177, A178, A182 the example on DynamoDB', () => {
  const servers = new OpenServers()
  let client: DynamoDBClient
  let port: number
  /** The contract is asked for before there is a server. */
  const adapter: AdapterFactory = (model) => dynamoAdapter(client, TABLE)(model)

  before(async () => {
    port = await servers.listen(dynalite({ createTableMs: 0 }))
    client = clientOf(port)
    await createEntries(client, TABLE)
  })
  after(async () => {
    client.destroy()
    await servers.stop()
  })
  afterEach(async () => {
    await stopProviders()
    await stopServers()
  })

  adapterContract({ adapter, describe, it, hasCommit: false })

  testFlows(() => adapter)

  it('of uses by two processes at once one counts (RFC 6749 §4.1.2)', async () => {
    const other = clientOf(port)
    await adapter('AuthorizationCode').upsert('raced', {}, LONG)
    const processes = [adapter('AuthorizationCode'), dynamoAdapter(other, TABLE)('AuthorizationCode')]

    const uses = Array.from({ length: 10 }, () => processes.map((one) => one.consume('raced')))
    const won = await Promise.all(uses.flat())

    expect(won.filter(Boolean)).to.deep.equal([true])
    other.destroy()
  })

  it('a use whose answer was lost, and that the client sends again, counts once and is told so', async () => {
    let updates = 0
    /** Hands on what is asked, and is cut off before the first answer to an update. */
    const forward = (req: IncomingMessage, res: ServerResponse) => {
      const isFirst = `${req.headers['x-amz-target']}`.endsWith('.UpdateItem') && updates++ === 0
      const sent = request({ port, method: req.method, path: req.url, headers: req.headers }, (answer) => {
        if (isFirst) res.destroy()
        else answer.pipe(res.writeHead(answer.statusCode ?? 500, answer.headers))
      })
      req.pipe(sent)
    }
    const shaky = clientOf((await startServer(forward)).port)
    await adapter('AuthorizationCode').upsert('lost', {}, LONG)
    const codes = dynamoAdapter(shaky, TABLE)('AuthorizationCode')

    expect(await codes.consume('lost')).to.equal(true)
    expect(updates).to.equal(2)
    expect(await codes.consume('lost')).to.equal(false)
    shaky.destroy()
  })

  it('nothing that has expired is found or used, though it has not been removed yet', async () => {
    const payload = { uid: 'gone-uid', accountId: 'gone-account' }
    await adapter('Session').upsert('gone', payload, -1)
    const { Items = [] } = await client.send(new ScanCommand({ TableName: TABLE, ConsistentRead: true }))

    expect(Items.map(({ pk }) => pk?.S)).to.include('entry#Session#gone')
    expect(await adapter('Session').find('gone')).to.equal(undefined)
    expect(await adapter('Session').findByUid?.('gone-uid')).to.equal(undefined)
    expect(await adapter('Session').consume('gone')).to.equal(false)
    const listed = await adapter('Session').listByAccountId?.('gone-account', { limit: 10 })
    expect(listed?.entries).to.deep.equal([])
  })

  it('every item that expires says so where DynamoDB looks, pointers as well', async () => {
    const payload = { uid: 'ttl-uid', userCode: 'ttl-code', grantId: 'ttl-grant', accountId: 'ttl-account' }
    await adapter('DeviceCode').upsert('ttl', payload, LONG)
    const { Items = [] } = await client.send(new ScanCommand({ TableName: TABLE, ConsistentRead: true }))

    const about = Items.filter(({ pk, target }) => pk?.S === 'entry#DeviceCode#ttl' || target?.S === 'ttl')
    expect(about).to.have.length(5)
    for (const item of about)
      expect(Number(item['expires_at']?.N)).to.be.closeTo(Date.now() / 1000 + LONG, LONG / 2)
  })

  it('what is stored again with another value is not found by the former one', async () => {
    await adapter('Session').upsert('renamed', { uid: 'former-uid' }, LONG)
    await adapter('Session').upsert('renamed', { uid: 'latter-uid' }, LONG)

    expect(await adapter('Session').findByUid?.('former-uid')).to.equal(undefined)
    expect(await adapter('Session').findByUid?.('latter-uid')).to.include({ uid: 'latter-uid' })
  })

  it('what is stored again under another grant stays when the former one is revoked', async () => {
    await adapter('RefreshToken').upsert('moved', { grantId: 'former' }, LONG)
    await adapter('RefreshToken').upsert('moved', { grantId: 'latter' }, LONG)

    await adapter('RefreshToken').revokeByGrantId('former')

    expect(await adapter('RefreshToken').find('moved')).to.include({ grantId: 'latter' })
  })

  it('a grant with more tokens than one answer holds is revoked as a whole', async () => {
    // An answer holds a megabyte, and a pointer names its id twice.
    const ids = Array.from({ length: 600 }, (_, index) => `${index}`.padStart(1000, 'many'))
    const tokens = adapter('AccessToken')
    const inTurns = async (from: number): Promise<void> => {
      for (const id of ids.slice(from, from + 150)) await tokens.upsert(id, { grantId: 'many' }, LONG)
    }
    await Promise.all([0, 150, 300, 450].map(inTurns))

    const sent = sinon.spy(client, 'send')
    await tokens.revokeByGrantId('many')
    sent.restore()

    expect(sent.args.filter(([command]) => command instanceof QueryCommand).length).to.be.greaterThan(1)
    const left = await Promise.all(ids.map(async (id) => (await tokens.find(id)) ?? id))
    expect(left).to.deep.equal(ids)
  })

  it('accounts are told apart whatever their ids are, and however long', async () => {
    const accounts = ['\ud800', '\udc00', '\ufffd', 'x'.repeat(5000), `${'x'.repeat(5000)} `, '__proto__']
    for (const [index, accountId] of accounts.entries())
      await adapter('Grant').upsert(`odd-${index}`, { accountId }, LONG)

    for (const [index, accountId] of accounts.entries()) {
      const listed = await adapter('Grant').listByAccountId?.(accountId, { limit: 10 })
      expect(listed?.entries.map(({ id }) => id)).to.deep.equal([`odd-${index}`])
    }
  })

  it('an entry that is too large for DynamoDB (400 KB) is refused, and the one before stays', async () => {
    const sessions = adapter('Session')
    await sessions.upsert('large', { uid: 'large-uid', text: 'x'.repeat(390 * KB) }, LONG)

    const refused = sessions.upsert('large', { uid: 'large-uid', text: 'y'.repeat(410 * KB) }, LONG)

    expect(String(await refused.then(() => 'stored', String))).to.include('ValidationException')
    expect(String((await sessions.findByUid?.('large-uid'))?.['text'])).to.match(/^x+$/)
  })
})
