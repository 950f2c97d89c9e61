/**
 * NOT RUN: there was no MongoDB where this was written. It is compiled, and follows the documentation of the driver
 * `mongodb` 6. Hold it to the contract before you rely on it: `npx openid-provider-adapter-check ./your_module.js`.
 *
 * It makes the seven documented methods and tells who consumed. There is no `commit`, so one process may serve requests:
 * with a replica set write one as a transaction, in which `findOneAndUpdate` touches every entry that a condition is about.
 */
import type { AdapterFactory, AdapterPayload, GivenAdapter, ModelName } from '../../types/adapter.ts'

interface EntryDocument {
  _id: string
  payload: AdapterPayload
  /** Of the last write: of two sessions with one uid the later is meant. */
  writtenAt: Date
  expiresAt?: Date
}

type Filter = Readonly<Record<string, unknown>>

/** What is used of a `Collection` of `mongodb`. */
export interface MongoCollection {
  createIndexes(
    indexes: readonly { key: Record<string, 1 | -1>; expireAfterSeconds?: number }[],
  ): Promise<unknown>
  replaceOne(filter: Filter, document: EntryDocument, options: { upsert: true }): Promise<unknown>
  findOne(filter: Filter, options?: { sort: Record<string, 1 | -1> }): Promise<EntryDocument | null>
  updateOne(filter: Filter, update: Filter): Promise<{ modifiedCount: number }>
  deleteOne(filter: Filter): Promise<unknown>
  deleteMany(filter: Filter): Promise<unknown>
}

/** What is used of a `Db` of `mongodb`. */
export interface MongoDatabase {
  collection(name: string): MongoCollection
}

const INDEXED: Readonly<Partial<Record<ModelName, string>>> = {
  Session: 'payload.uid',
  DeviceCode: 'payload.userCode',
}

/** Once, before the first request. MongoDB looks for what has expired every minute. */
export async function createIndexes(db: MongoDatabase, models: readonly ModelName[]): Promise<void> {
  for (const model of models) {
    const lookup = INDEXED[model]
    await db
      .collection(model)
      .createIndexes([
        { key: { expiresAt: 1 }, expireAfterSeconds: 0 },
        { key: { 'payload.grantId': 1 } },
        ...(lookup === undefined ? [] : [{ key: { [lookup]: 1 as const } }]),
      ])
  }
}

/** A collection for each model. */
export const mongoAdapter =
  (db: MongoDatabase): AdapterFactory =>
  (model) =>
    new MongoAdapter(db.collection(model))

class MongoAdapter implements GivenAdapter {
  readonly #entries: MongoCollection

  constructor(entries: MongoCollection) {
    this.#entries = entries
  }

  async upsert(id: string, payload: AdapterPayload, expiresIn?: number): Promise<void> {
    const writtenAt = new Date()
    const expiry =
      expiresIn === undefined ? {} : { expiresAt: new Date(writtenAt.getTime() + expiresIn * 1000) }
    await this.#entries.replaceOne({ _id: id }, { _id: id, payload, writtenAt, ...expiry }, { upsert: true })
  }

  find(id: string): Promise<AdapterPayload | undefined> {
    return this.#findOne({ _id: id })
  }

  findByUid(uid: string): Promise<AdapterPayload | undefined> {
    return this.#findOne({ 'payload.uid': uid })
  }

  findByUserCode(userCode: string): Promise<AdapterPayload | undefined> {
    return this.#findOne({ 'payload.userCode': userCode })
  }

  async consume(id: string): Promise<boolean> {
    const unused = { _id: id, 'payload.consumed': { $exists: false } }
    const used = { $set: { 'payload.consumed': Math.floor(Date.now() / 1000) } }
    return (await this.#entries.updateOne(unused, used)).modifiedCount === 1
  }

  async destroy(id: string): Promise<void> {
    await this.#entries.deleteOne({ _id: id })
  }

  async revokeByGrantId(grantId: string): Promise<void> {
    await this.#entries.deleteMany({ 'payload.grantId': grantId })
  }

  /** Values are texts of ours; `$eq` keeps them from being read as anything else. */
  async #findOne(filter: Readonly<Record<string, string>>): Promise<AdapterPayload | undefined> {
    const exact = Object.fromEntries(Object.entries(filter).map(([name, value]) => [name, { $eq: value }]))
    const found = await this.#entries.findOne(exact, { sort: { writtenAt: -1 } })
    return found?.payload
  }
}
