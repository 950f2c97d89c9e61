/** An adapter over an object-relational mapper, one that caches in front of it, and the factories hosts build. */
import Provider, {
  type Adapter,
  type AdapterConstructor,
  type AdapterFactory,
  type AdapterPayload,
} from 'oidc-provider'

/** The parts of a mapper's repository that are used. */
interface Repository<Entity> {
  save(entity: Partial<Entity>): Promise<Entity>
  findOneBy(where: Partial<Entity>): Promise<Entity | null>
  delete(where: Partial<Entity>): Promise<{ affected?: number | null }>
  update(where: Partial<Entity>, change: Partial<Entity>): Promise<unknown>
}

class Row {
  id!: string
  model!: string
  data!: string
  grantId?: string | null
  userCode?: string | null
  uid?: string | null
  expiresAt?: Date | null
  consumedAt?: Date | null
}

export class TypeOrmAdapter implements Adapter {
  constructor(
    private readonly model: string,
    private readonly rows: Repository<Row>,
  ) {}

  private parse(row: Row | null): AdapterPayload | undefined {
    if (row === null || (row.expiresAt && row.expiresAt < new Date())) return undefined
    const payload = JSON.parse(row.data) as AdapterPayload
    return {
      ...payload,
      ...(row.consumedAt ? { consumed: Math.floor(row.consumedAt.getTime() / 1000) } : undefined),
    }
  }

  async upsert(id: string, payload: AdapterPayload, expiresIn: number): Promise<void> {
    await this.rows.save({
      id,
      model: this.model,
      data: JSON.stringify(payload),
      grantId: payload.grantId ?? null,
      userCode: payload.userCode ?? null,
      uid: payload.uid ?? null,
      expiresAt: expiresIn ? new Date(Date.now() + expiresIn * 1000) : null,
    })
  }

  async find(id: string): Promise<AdapterPayload | undefined> {
    return this.parse(await this.rows.findOneBy({ id, model: this.model }))
  }

  async findByUid(uid: string): Promise<AdapterPayload | undefined> {
    return this.parse(await this.rows.findOneBy({ uid, model: this.model }))
  }

  async findByUserCode(userCode: string): Promise<AdapterPayload | undefined> {
    return this.parse(await this.rows.findOneBy({ userCode, model: this.model }))
  }

  async consume(id: string): Promise<void> {
    await this.rows.update({ id, model: this.model }, { consumedAt: new Date() })
  }

  async destroy(id: string): Promise<void> {
    await this.rows.delete({ id, model: this.model })
  }

  async revokeByGrantId(grantId: string): Promise<void> {
    await this.rows.delete({ grantId, model: this.model })
  }
}

/** Keeps what does not change; hands everything else on. */
export class CachingAdapter implements Adapter {
  private readonly known = new Map<string, AdapterPayload>()

  constructor(private readonly inner: Adapter) {}

  async upsert(id: string, payload: AdapterPayload, expiresIn: number): Promise<undefined | void> {
    this.known.delete(id)
    return this.inner.upsert(id, payload, expiresIn)
  }

  async find(id: string): Promise<AdapterPayload | undefined | void> {
    const found = this.known.get(id) ?? (await this.inner.find(id))
    if (found && found.client_id) this.known.set(id, found)
    return found
  }

  findByUid(uid: string): Promise<AdapterPayload | undefined | void> {
    return this.inner.findByUid(uid)
  }

  findByUserCode(userCode: string): Promise<AdapterPayload | undefined | void> {
    return this.inner.findByUserCode(userCode)
  }

  async consume(id: string): Promise<void> {
    await this.inner.consume(id)
  }

  destroy(id: string): Promise<undefined | void> {
    return this.inner.destroy(id)
  }

  revokeByGrantId(grantId: string): Promise<undefined | void> {
    return this.inner.revokeByGrantId(grantId)
  }
}

export function makeProvider(rows: Repository<Row>): Provider[] {
  const factory: AdapterFactory = (name) => new CachingAdapter(new TypeOrmAdapter(name, rows))
  class Bound extends TypeOrmAdapter {
    constructor(name: string) {
      super(name, rows)
    }
  }
  const bound: AdapterConstructor = Bound
  return [
    new Provider('https://op.example.com', { adapter: factory }),
    new Provider('https://op.example.com', { adapter: bound }),
    new Provider('https://op.example.com', { adapter: (name: string) => new TypeOrmAdapter(name, rows) }),
  ]
}
