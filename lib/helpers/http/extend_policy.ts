type Directives = Map<string, readonly string[]>

/** Directives that a page of ours needs its own sources in, with those that stand in for them or come first. */
const FETCHED = [
  { name: 'script-src', narrower: 'script-src-elem', fallbacks: ['default-src'] },
  { name: 'style-src', narrower: 'style-src-elem', fallbacks: ['default-src'] },
  { name: 'img-src', narrower: undefined, fallbacks: ['default-src'] },
  { name: 'frame-src', narrower: undefined, fallbacks: ['child-src', 'default-src'] },
] as const

/** Of a directive that stands twice only the first counts. @see Content Security Policy Level 3 §2.2.1 */
function parse(policy: string): Directives {
  const directives: Directives = new Map()
  for (const text of policy.split(';')) {
    const [name, ...sources] = text.trim().split(/\s+/)
    if (name === undefined || name === '') continue
    if (!directives.has(name.toLowerCase())) directives.set(name.toLowerCase(), sources)
  }
  return directives
}

/** `'none'` means nothing only while it stands alone. */
function union(one: readonly string[], other: readonly string[]): string[] {
  const all = new Set([...one, ...other].filter((source) => source.toLowerCase() !== "'none'"))
  return all.size === 0 ? ["'none'"] : [...all]
}

function extend(host: Directives, own: Directives): Directives {
  const extended = new Map(host)
  for (const { name, narrower, fallbacks } of FETCHED) {
    const needed = own.get(name)
    if (needed === undefined) continue
    const governing = [name, narrower].filter((directive) => directive !== undefined && host.has(directive))
    const fallback = fallbacks.find((directive) => host.has(directive))
    if (governing.length === 0 && fallback !== undefined) {
      extended.set(name, union(host.get(fallback) ?? [], needed))
    }
    for (const directive of governing) {
      if (directive !== undefined) extended.set(directive, union(host.get(directive) ?? [], needed))
    }
  }
  const formAction = host.get('form-action')
  const leads = own.get('form-action')
  if (leads === undefined) extended.delete('form-action')
  else if (formAction !== undefined) extended.set('form-action', union(formAction, leads))
  // Who may frame a page, and what its links are relative to, is not the host's to relax here.
  for (const name of ['frame-ancestors', 'base-uri']) {
    const sources = own.get(name)
    if (sources !== undefined) extended.set(name, sources)
  }
  return extended
}

/**
 * Adds what one of our pages needs to the policy that a host has put on the answer already. Two policies side by
 * side would both have to allow it.
 * @param host a Content-Security-Policy header; it may hold several policies, separated by commas
 * @param own the page's policy
 * @see Content Security Policy Level 3 §2.2.2, §6.7.2
 */
export function extendPolicy(host: string, own: string): string {
  const ownDirectives = parse(own)
  return host
    .split(',')
    .filter((policy) => policy.trim() !== '')
    .map((policy) =>
      [...extend(parse(policy), ownDirectives)]
        .map(([name, sources]) => [name, ...sources].join(' '))
        .join('; '),
    )
    .join(', ')
}
