/** A column that was asked for as text. @throws TypeError for a row that has none */
export function textColumn(row: unknown, name: string): string | null {
  const value: unknown = typeof row === 'object' && row !== null ? Reflect.get(row, name) : undefined
  if (value !== null && typeof value !== 'string') throw new TypeError(`PostgreSQL answered without ${name}`)
  return value
}
