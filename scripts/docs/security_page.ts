/** The page about attacks: each case of the catalogue with the tests that hold it. */
import { heading } from './markdown.ts'
import type { TestTitle } from './test_titles.ts'

const GENERATED = '<!-- Generated from the titles of the tests by `npm run docs`. Do not edit. -->'

const INTRODUCTION = `Attacks and bad inputs the provider withstands. Each case has an id; the titles of its tests start with it. Besides
what its title says, every case that goes to a running provider is held to the same invariants
(\`test/support/invariants.ts\`):

- no answer of 500 or above unless the case is about a failure of ours, no unhandled rejection, and the provider still
  answers afterwards;
- every answer within a second;
- no write to storage but those the case names, and no storage key longer than 512 bytes;
- no secret, token, code or stack in an error, a log line or the text of an event;
- \`Object.prototype\` is unchanged;
- every answer has \`X-Content-Type-Options: nosniff\`; pages have \`Content-Security-Policy\` with \`frame-ancestors
  'none'\`, \`X-Frame-Options\` and \`Referrer-Policy\`;
- \`Cache-Control: no-store\` on everything that bears a token;
- no \`Location\` to anything but a registered redirect target.`

/** Parts of the catalogue by the letter of their ids. */
const PARTS: Readonly<Record<string, string>> = {
  A: 'Authorization endpoint',
  B: 'Backchannel authentication (CIBA)',
  C: 'Client authentication',
  D: 'DPoP',
  E: 'Use of resources and timing',
  F: 'Device authorization',
  G: 'Client credentials and custom grants',
  H: 'HTTP layer',
  I: 'Introspection',
  J: 'Client registration',
  K: 'Discovery and keys',
  L: 'Logout',
  M: 'Mutual TLS',
  N: 'Interactions and resume',
  O: 'Issued artefacts',
  P: 'Pushed authorization requests',
  Q: 'Request objects',
  R: 'Refresh tokens',
  S: 'Outgoing requests',
  T: 'Authorization codes at the token endpoint',
  U: 'Userinfo',
  V: 'Revocation',
  W: 'Rendered pages',
  X: 'Signed and encrypted values',
  Y: 'Sessions and cookies',
  Z: 'Client metadata documents',
}

/** Ids of the catalogue have one or two digits; those with three name features. */
const TITLE = /^([A-Z])(\d{1,2}) (.+)$/s
/** What a file with such a title holds. */
export const MENTIONS_CASES = /['"`][A-Z]\d{1,2}['"` ]/
/** A table of inputs is told by its first rows. */
const MOST = 6

interface Case {
  part: string
  number: number
  title: string
  file: string
}

function readCases(titles: readonly TestTitle[]): Case[] {
  return titles.flatMap(({ title, file }) => {
    const [, part, number, text] = TITLE.exec(title) ?? []
    if (part === undefined || text === undefined) return []
    return [{ part, number: Number(number), title: text, file }]
  })
}

export const cell = (text: string) =>
  text
    .replace(/[\p{C}\p{Zl}\p{Zp}]/gu, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .replace(/[\\|<>`*_[\]]/g, '\\$&')

/** One row per id and file. */
function rowsOf(cases: readonly Case[]): string[] {
  const titles = new Map<string, Set<string>>()
  for (const { part, number, title, file } of cases) {
    const key = `${part}${number} | \`${file}\``
    titles.set(key, (titles.get(key) ?? new Set()).add(title))
  }
  return [...titles].map(([key, all]) => {
    const shown = [...all].slice(0, MOST).map(cell)
    const rest = all.size - shown.length
    const more = rest === 0 ? [] : [`… and ${rest} more like these`]
    const [id, file] = key.split(' | ')
    return `| ${id} | ${[...shown, ...more].join('<br>')} | ${file} |`
  })
}

export function securityPage(titles: readonly TestTitle[]): string {
  const cases = readCases(titles).sort(
    (a, b) => a.part.localeCompare(b.part) || a.number - b.number || a.file.localeCompare(b.file),
  )
  const parts = Object.entries(PARTS).flatMap(([letter, name]) => {
    const own = cases.filter(({ part }) => part === letter)
    if (own.length === 0) return []
    return [
      heading(2, name),
      ['| Id | What is tested | Where |', '| --- | --- | --- |', ...rowsOf(own)].join('\n'),
    ]
  })
  return `${[heading(1, 'Security'), GENERATED, INTRODUCTION, ...parts].join('\n\n')}\n`
}
