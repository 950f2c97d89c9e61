/** A statement as `pg` takes it. */
export interface PostgresStatement {
  /** Statements with a name are prepared once per connection. */
  name?: string
  text: string
  values?: unknown[]
}

/** What is needed of a pool: the `Pool` of `pg` has it. */
export interface PostgresPool {
  query(statement: PostgresStatement): Promise<{ rows: unknown[] }>
}
