import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { expect } from 'chai'
import { collectFeatures } from '../../lib/assemble/collect_features.ts'
import { makeGrantTypes } from '../../lib/assemble/grant_types.ts'
import { makeActions } from '../../lib/assemble/make_actions.ts'
import { resolveConfiguration } from '../../lib/configuration/resolve.ts'
import type { Step } from '../../lib/engine/runtime.ts'
import { FEATURES } from '../../lib/features/index.ts'
import type { Configuration } from '../../types/configuration.ts'

type EnabledFeatures = NonNullable<Configuration['features']>

const SNAPSHOT = new URL('./steps.snapshot.txt', import.meta.url)
const SILENT = { info() {}, warn() {}, error() {} }

/** Options without which a feature cannot be enabled, or that turn on what it has. */
const REQUIRED_OPTIONS: EnabledFeatures = {
  fapi: { profile: '2.0' },
  mTLS: { certificateBoundAccessTokens: true },
}

/** Turns on every feature that exists; drafts are acknowledged. */
function everything(): EnabledFeatures {
  const enabled = FEATURES.map(({ name, version }) => {
    const ack = [version ?? []].flat().at(-1)
    return [name, { ...REQUIRED_OPTIONS[name], enabled: true, ...(ack === undefined ? {} : { ack }) }]
  })
  return Object.fromEntries(enabled)
}

interface Listed {
  name: string
  steps: readonly Step[]
}

const describeList = ({ name, steps }: Listed) =>
  [`${name}`, ...steps.map(({ name: step }) => `  ${step || 'NAMELESS'}`)].join('\n')

/** The final step names of every endpoint and grant type. */
function describeProvider(title: string, configuration: Configuration): string {
  const resolved = resolveConfiguration({ ...configuration, logger: SILENT }, FEATURES)
  const added = collectFeatures(FEATURES, resolved)
  const endpoints = makeActions(added, true).map(({ name, methods, steps }) => ({
    name: `endpoint ${name} (${methods.join(', ')})`,
    steps,
  }))
  const grants = [...makeGrantTypes(resolved, added).values()].map(({ name, steps }) => ({
    name: `grant type ${name}`,
    steps,
  }))
  return [`# ${title}`, ...[...endpoints, ...grants].map(describeList)].join('\n\n')
}

describe('contract: the steps of every endpoint and grant type, in order (DESIGN "How a request flows")', () => {
  const described = `${[
    describeProvider('A provider without options', {}),
    describeProvider('A provider with every feature', { features: everything() }),
  ].join('\n\n\n')}\n`

  it('are those of test/contract/steps.snapshot.txt; UPDATE_SNAPSHOT=1 renews it', () => {
    if (process.env['UPDATE_SNAPSHOT'] === '1') writeFileSync(SNAPSHOT, described)
    expect(described).to.equal(existsSync(SNAPSHOT) ? readFileSync(SNAPSHOT, 'utf8') : '')
  })

  it('have names, all of them', () => {
    expect(described).not.to.include('NAMELESS')
  })
})
