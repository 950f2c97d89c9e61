/** The page about the FAPI profiles: every rule of the table in lib/features/fapi/rules.ts. */
import { ALL_PROFILES } from '../../lib/features/fapi/profiles.ts'
import { CHECKED_RULES, CONFIGURED_RULES, DEMANDED_RULES } from '../../lib/features/fapi/rules.ts'
import { heading } from './markdown.ts'

const GENERATED = '<!-- Generated from lib/features/fapi/rules.ts by `npm run docs`. Do not edit. -->'

const INTRODUCTION = `What \`features.fapi.profile\` demands, rule by rule. [The guide](guides/fapi.md) shows a provider that
keeps a profile, and a client of it.

The profile in force is the same for every request, or what a function says of a client; a request that was
pushed keeps its own until it is answered. Rules whose last column is an
option are the host's to keep: the provider does not refuse anything for them, but says so when it is constructed.`

/** Names of endpoints, as the pages about options have them. */
const PLACES: Readonly<Record<string, string>> = {
  authorization: 'authorization',
  resume: '',
  pushed_authorization_request: 'pushed request',
  backchannel_authentication: 'backchannel authentication',
}

const placesOf = (routes: readonly string[] | undefined): string =>
  routes === undefined
    ? 'wherever clients authenticate'
    : routes
        .map((route) => PLACES[route] ?? route)
        .filter((place) => place !== '')
        .join(', ')

type Row = readonly [
  profiles: readonly string[],
  clause: string,
  demand: string,
  where: string,
  otherwise: string,
]

const ROWS: readonly Row[] = [
  ...CHECKED_RULES.map(
    ({ profiles, clause, demand, routes, error }): Row => [
      profiles,
      clause,
      demand,
      placesOf(routes),
      `\`${error}\``,
    ],
  ),
  ...DEMANDED_RULES.map(
    ({ profiles, clause, demand, error }): Row => [
      profiles,
      clause,
      demand,
      'everywhere',
      error.includes(' ') && !error.includes(',') ? error : `\`${error.replaceAll(', ', '`, `')}\``,
    ],
  ),
  ...CONFIGURED_RULES.map(
    ({ profiles, clause, demand, option }): Row => [profiles, clause, demand, 'options', `\`${option}\``],
  ),
]

export function fapiPage(): string {
  const parts = ALL_PROFILES.flatMap((name) => [
    heading(2, name),
    [
      '| Rule | Where | Otherwise, or by which option | Clause |',
      '| --- | --- | --- | --- |',
      ...ROWS.filter(([profiles]) => profiles.includes(name)).map(
        ([, clause, demand, where, otherwise]) => `| ${demand} | ${where} | ${otherwise} | ${clause} |`,
      ),
    ].join('\n'),
  ])
  return `${[heading(1, 'FAPI profiles'), GENERATED, INTRODUCTION, ...parts].join('\n\n')}\n`
}
