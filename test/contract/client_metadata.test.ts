import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { expect } from 'chai'
import type { MetadataRow, ReadyRow } from '../../lib/clients/metadata/descriptor.ts'
import { CLIENT_METADATA } from '../../lib/features/client_metadata.ts'
import { rulesFor } from '../clients/metadata/client_rules.ts'

const SNAPSHOT = new URL('./client_metadata.snapshot.txt', import.meta.url)

const needs = new Map<string, readonly string[]>(
  CLIENT_METADATA.flatMap(({ rows = [] }: { rows?: readonly MetadataRow[] }) =>
    rows.map((row) => [row.name, row.needs ?? []]),
  ),
)

const quoted = (value: unknown) => (value === undefined ? undefined : JSON.stringify(value))

/** One line: what it is, what it is unless it is said, what it may be, and the features that it needs. */
function describeRow(row: ReadyRow): string {
  const allowed = row.allowed === undefined ? undefined : [...row.allowed].join(' ')
  const facts = Object.entries({
    default: quoted(row.default),
    'at most': row.maxLength,
    'one of': allowed,
    needs: needs.get(row.name)?.join(', ') || undefined,
  }).flatMap(([name, fact]) => (fact === undefined ? [] : [`${name} ${fact}`]))
  const { mandatory, display, signs, decrypts } = row
  const flags = Object.entries({ mandatory, display, signs, decrypts }).flatMap(([name, is]) =>
    is ? [name] : [],
  )
  return `${row.name}: ${[row.type, ...flags, ...facts].join('; ')}`
}

describe('contract: what clients may say about themselves (OpenID Connect Dynamic Client Registration 1.0 §2)', () => {
  const on = rulesFor().rows.map(describeRow)
  const off = [...rulesFor({ features: {} }).dormant].map(([name, feature]) => `${name} waits for ${feature}`)
  const described = `# With every feature\n\n${on.join('\n')}\n\n# Without any\n\n${off.join('\n')}\n`

  it('is what test/contract/client_metadata.snapshot.txt says; UPDATE_SNAPSHOT=1 renews it', () => {
    if (process.env['UPDATE_SNAPSHOT'] === '1') writeFileSync(SNAPSHOT, described)
    expect(described).to.equal(existsSync(SNAPSHOT) ? readFileSync(SNAPSHOT, 'utf8') : '')
  })
})
