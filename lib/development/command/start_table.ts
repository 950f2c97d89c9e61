import type { TestProviderOptions } from '../options.ts'
import type { TestProvider } from '../test_provider.ts'

const shown = (value: unknown): string => (typeof value === 'string' ? value : '')

/** What is there, for whoever started it. */
export function startTable(
  { issuer, users, provider }: TestProvider,
  options: TestProviderOptions,
  clockOffset: number,
): string {
  const { clients = [], anyClient, host, resourceServers = {} } = options
  const listed = clients.map(({ client_id: id, client_secret: secret }) =>
    secret === undefined ? `${id}  public, with PKCE` : `${id}  with a secret`,
  )
  const others =
    anyClient === false ? [] : ['any other client_id  public, with PKCE, redirect_uri on this device']
  const people = [...users].map(([sub, { name, email }]) =>
    [sub, shown(name), shown(email)].join('  ').trim(),
  )
  const rows: readonly (readonly [title: string, lines: readonly string[]])[] = [
    ['issuer', [issuer]],
    ['discovery', [provider.urlFor('discovery')]],
    ['live page', [`${issuer.replace(/\/$/, '')}/`]],
    ['clients', [...listed, ...others]],
    ['users', people],
    [
      'APIs',
      Object.entries(resourceServers).map(([resource, { scope }]) => `${resource}  ${scope ?? ''}`.trim()),
    ],
    [
      'clock',
      clockOffset === 0 ? [] : [`${new Date(Date.now()).toISOString()}, ${clockOffset} seconds ahead`],
    ],
  ]
  const text = rows.flatMap(([title, lines]) =>
    lines.map((line, index) => `  ${(index === 0 ? title : '').padEnd(11)}${line}\n`),
  )
  const isOpen = host !== undefined && !/^(?:localhost|127\.|::1)/.test(host)
  const warning = isOpen ? `\n  Whoever reaches ${host} can log in as anybody.\n` : ''
  return `\nA provider for development: nobody is asked for a password.\n\n${text.join('')}${warning}\n`
}
