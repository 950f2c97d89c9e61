/**
 * An adapter on DynamoDB's conditional writes, with `@aws-sdk/client-dynamodb` 3. It was run against `dynalite` 4, which speaks
 * DynamoDB's protocol on this machine: the documented contract, and every flow. DynamoDB itself was not run, nor were its
 * time-to-live, throttling, or failures of its network.
 *
 * It makes the seven documented methods and `listByAccountId`, and tells who consumed: a code is used once, whichever process
 * asks. There is no `commit`, so one process may serve requests, as the provider says when it starts: that takes
 * `TransactWriteItems`, which `dynalite` does not know. What it does not promise either:
 * - that a token which another process is writing at this moment ends with its grant (`revokeByGrantId`),
 * - anything across regions: in a global table the last write wins, and a code may be used once in each,
 * - more than 400 KB in an entry, names included. A write that is larger is refused, and changes nothing that can be found.
 *
 * One table holds everything. What is looked for by another value than its id is found by way of a pointer, an item of its own:
 * reads of an index may be a moment behind, and would not know of the last revocation. Pointers leave when DynamoDB removes
 * what has expired, some days late (`aws dynamodb update-time-to-live --table-name NAME --time-to-live-specification
 * Enabled=true,AttributeName=expires_at`). So no read trusts them, and none trusts an entry that has expired.
 */
import { createHash, randomUUID } from 'node:crypto'
import {
  type AttributeValue,
  ConditionalCheckFailedException,
  CreateTableCommand,
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb'
import type {
  AccountEntries,
  AdapterFactory,
  AdapterPayload,
  GivenAdapter,
  ModelName,
} from '../../types/adapter.ts'

type Item = Record<string, AttributeValue>
type Pointer = 'uid' | 'userCode' | 'grant' | 'account'

const now = (): number => Math.floor(Date.now() / 1000)
const text = (value: string): AttributeValue => ({ S: value })
const number = (value: number): AttributeValue => ({ N: String(value) })

/** Ids of accounts may be of any length, keys may not. */
const digest = (value: string): string => createHash('sha256').update(value).digest('base64url')

/** Names of models have no such sign. */
const entryKey = (model: ModelName, id: string): Item => ({ pk: text(`entry#${model}#${id}`), sk: text('-') })

const pointerKey = (kind: Pointer, model: ModelName, value: string, id = '-'): Item => ({
  pk: text(`${kind}#${model}#${kind === 'account' ? digest(value) : value}`),
  sk: text(id),
})

/** Makes the table, and waits until it is there. */
export async function createEntries(client: DynamoDBClient, table: string): Promise<void> {
  await client.send(
    new CreateTableCommand({
      TableName: table,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [
        { AttributeName: 'pk', AttributeType: 'S' },
        { AttributeName: 'sk', AttributeType: 'S' },
      ],
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
    }),
  )
  await waitUntilTableExists({ client, maxWaitTime: 60, minDelay: 1 }, { TableName: table })
}

/** @param table made by `createEntries`; a provider with another issuer needs another one */
export const dynamoAdapter =
  (client: DynamoDBClient, table: string): AdapterFactory =>
  (model) =>
    new DynamoAdapter(client, table, model)

class DynamoAdapter implements Required<GivenAdapter> {
  readonly #client: DynamoDBClient
  readonly #table: string
  readonly #model: ModelName

  constructor(client: DynamoDBClient, table: string, model: ModelName) {
    this.#client = client
    this.#table = table
    this.#model = model
  }

  async upsert(id: string, payload: AdapterPayload, expiresIn?: number): Promise<void> {
    const { uid, userCode, grantId, accountId, consumed } = payload
    const expiry: Item = expiresIn === undefined ? {} : { expires_at: number(now() + expiresIn) }
    const point = (kind: Pointer, value: string | undefined, sortedBy?: string) =>
      value === undefined
        ? undefined
        : this.#put({ ...pointerKey(kind, this.#model, value, sortedBy), ...expiry, target: text(id) })

    // Before the entry: one that is cut off here leaves none that is not revoked or not listed.
    await Promise.all([point('grant', grantId, id), point('account', accountId, id)])
    await this.#put({
      ...entryKey(this.#model, id),
      ...expiry,
      payload: text(JSON.stringify(payload)),
      ...(grantId === undefined ? {} : { grant_id: text(grantId) }),
      ...(typeof consumed === 'number' ? { consumed_at: number(consumed) } : {}),
    })
    // After it: until now the one that was stored before is meant.
    await Promise.all([point('uid', uid), point('userCode', userCode)])
  }

  async find(id: string): Promise<AdapterPayload | undefined> {
    return payloadOf(await this.#get(entryKey(this.#model, id)))
  }

  findByUid(uid: string): Promise<AdapterPayload | undefined> {
    return this.#findBy('uid', uid)
  }

  findByUserCode(userCode: string): Promise<AdapterPayload | undefined> {
    return this.#findBy('userCode', userCode)
  }

  async consume(id: string): Promise<boolean> {
    const key = entryKey(this.#model, id)
    const use = randomUUID()
    const won = await isDone(
      this.#client.send(
        new UpdateItemCommand({
          TableName: this.#table,
          Key: key,
          UpdateExpression: 'SET consumed_at = :now, used_by = :use',
          ConditionExpression:
            'attribute_exists(pk) AND attribute_not_exists(consumed_at) AND (attribute_not_exists(expires_at) OR expires_at > :now)',
          ExpressionAttributeValues: { ':now': number(now()), ':use': text(use) },
        }),
      ),
    )
    // The client sends again what was not answered; the first may have got through.
    return won || (await this.#get(key))?.['used_by']?.S === use
  }

  async destroy(id: string): Promise<void> {
    await this.#client.send(new DeleteItemCommand({ TableName: this.#table, Key: entryKey(this.#model, id) }))
  }

  async revokeByGrantId(grantId: string): Promise<void> {
    let after: string | undefined
    do {
      const { ids, next } = await this.#pointers('grant', grantId, { after })
      await Promise.all(ids.map((id) => this.#destroyOfGrant(id, grantId)))
      after = next
    } while (after !== undefined)
  }

  async listByAccountId(
    accountId: string,
    page: { limit: number; after?: string | undefined },
  ): Promise<AccountEntries> {
    const { ids, next } = await this.#pointers('account', accountId, page)
    const found = await Promise.all(ids.map(async (id) => ({ id, payload: await this.find(id) })))
    // It may have been stored again for somebody else.
    const entries = found.flatMap(({ id, payload }) =>
      payload?.accountId === accountId ? [{ id, payload }] : [],
    )
    return { entries, next }
  }

  async #findBy(member: 'uid' | 'userCode', value: string): Promise<AdapterPayload | undefined> {
    const pointer = await this.#get(pointerKey(member, this.#model, value))
    const target = pointer?.['target']?.S
    const found = target === undefined ? undefined : await this.find(target)
    return found?.[member] === value ? found : undefined
  }

  /** Unless it has been stored again under another grant. */
  async #destroyOfGrant(id: string, grantId: string): Promise<void> {
    await isDone(
      this.#client.send(
        new DeleteItemCommand({
          TableName: this.#table,
          Key: entryKey(this.#model, id),
          ConditionExpression: 'grant_id = :grant',
          ExpressionAttributeValues: { ':grant': text(grantId) },
        }),
      ),
    )
  }

  /** Ids that were stored for a value, in their order. */
  async #pointers(
    kind: Pointer,
    value: string,
    { limit, after }: { limit?: number | undefined; after?: string | undefined } = {},
  ): Promise<{ ids: string[]; next: string | undefined }> {
    const { pk = text('') } = pointerKey(kind, this.#model, value)
    const { Items = [], LastEvaluatedKey } = await this.#client.send(
      new QueryCommand({
        TableName: this.#table,
        ConsistentRead: true,
        KeyConditionExpression: after === undefined ? 'pk = :pk' : 'pk = :pk AND sk > :after',
        ExpressionAttributeValues: { ':pk': pk, ...(after === undefined ? {} : { ':after': text(after) }) },
        Limit: limit,
      }),
    )
    return { ids: Items.flatMap(({ sk }) => sk?.S ?? []), next: LastEvaluatedKey?.['sk']?.S }
  }

  async #put(item: Item): Promise<void> {
    await this.#client.send(new PutItemCommand({ TableName: this.#table, Item: item }))
  }

  /** Of the copy that has every write. */
  async #get(key: Item): Promise<Item | undefined> {
    const { Item: found } = await this.#client.send(
      new GetItemCommand({ TableName: this.#table, Key: key, ConsistentRead: true }),
    )
    return found
  }
}

function payloadOf(item: Item | undefined): AdapterPayload | undefined {
  const { payload, expires_at: expiresAt, consumed_at: consumedAt } = item ?? {}
  if (payload?.S === undefined || Number(expiresAt?.N ?? Number.POSITIVE_INFINITY) <= now()) return undefined
  const stored: AdapterPayload = JSON.parse(payload.S)
  return consumedAt === undefined ? stored : { ...stored, consumed: Number(consumedAt.N) }
}

/** @returns whether it was done; not, where its condition did not hold */
async function isDone(write: Promise<unknown>): Promise<boolean> {
  try {
    await write
    return true
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false
    throw error
  }
}
