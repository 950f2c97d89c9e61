import { expect } from 'chai'
import { Client } from '../../../lib/clients/client.ts'
import type { ClientSettings } from '../../../lib/clients/metadata/descriptor.ts'
import { InvalidClientMetadata } from '../../../lib/helpers/errors.ts'
import Provider from '../../../lib/index.ts'
import type { ClientMetadata } from '../../../types/client.ts'
import { WEB_CLIENT } from '../../support/start_provider.ts'
import { accepted, refused, rulesFor, webClient } from './client_rules.ts'

type Validator = NonNullable<ClientSettings['extraClientMetadata']['validator']>

const rulesOfHost = (properties: readonly string[], validator?: Validator) =>
  rulesFor({ extraClientMetadata: { properties, ...(validator === undefined ? {} : { validator }) } })

describe('what is not client metadata (RFC 7591 §2)', () => {
  for (const value of [undefined, null, 'x', 1, [], () => undefined]) {
    it(`refuses ${typeof value} ${JSON.stringify(value)} in place of an object`, () => {
      expect(refused(value).error_description).to.equal('client metadata must be an object')
    })
  }

  it('J10 A056 drops unknown properties and leaves prototypes alone', () => {
    const sent: unknown = JSON.parse(
      '{"client_id":"a","client_secret":"b","redirect_uris":["https://rp.example.com/cb"],"noManage":true,' +
        '"__proto__":{"application_type":"native","polluted":true},"constructor":{"prototype":{"polluted":true}}}',
    )
    const metadata = accepted(sent)

    expect(Object.getPrototypeOf(metadata)).to.equal(Object.prototype)
    expect(metadata.application_type).to.equal('web')
    expect(metadata).not.to.have.any.keys('__proto__', 'constructor', 'noManage')
    expect({}).not.to.have.property('polluted')
  })

  it('J10 does not read what the sender inherits', () => {
    const sent: unknown = Object.create(webClient())

    expect(refused(sent).error_description).to.equal('client_id is mandatory property')
  })

  it('leaves what it was given unchanged, and freezes what it returns', () => {
    const given = webClient({ grant_types: ['authorization_code'] })
    const before = structuredClone(given)
    const metadata = accepted(Object.freeze(given))

    expect(given).to.deep.equal(before)
    expect(metadata).to.be.frozen
    expect(metadata.redirect_uris).to.be.frozen.and.not.equal(given['redirect_uris'])
    expect(given['redirect_uris']).not.to.be.frozen
  })

  it('judges its own result the same way again', () => {
    const once = accepted(webClient())

    expect(accepted(once)).to.deep.equal(once)
  })
})

describe('client metadata of the host (extraClientMetadata)', () => {
  const circle: Record<string, unknown> = {}
  circle['within'] = [{ circle }]
  let deep: unknown = 'bottom'
  for (let level = 0; level < 20_000; level += 1) deep = [deep]
  for (const [what, value] of [
    ['an object that holds itself', circle],
    ['what is nested without measure', deep],
  ] as const) {
    it(`A057 refuses ${what} by name, as metadata and from the validator`, () => {
      const problem = 'note must not hold itself, nor be nested without measure'
      const validator: Validator = (_ctx, name, _value, metadata) => {
        metadata[name] = value
      }

      expect(refused(webClient({ note: value }), rulesOfHost(['note'])).error_description).to.equal(problem)
      expect(refused(webClient(), rulesOfHost(['note'], validator)).error_description).to.equal(problem)
    })

    it(`A057 ${what} in a static client is a TypeError that names client and property`, () => {
      const configuration = {
        clients: [{ ...WEB_CLIENT, note: value }],
        extraClientMetadata: { properties: ['note'] },
      }

      expect(() => new Provider('https://op.example.com', configuration)).to.throw(
        TypeError,
        'client_id "web": note must not hold itself',
      )
    })
  }

  it('A057 takes what is in two places, but not in itself', () => {
    const shared = { any: 'thing' }
    const metadata = accepted(webClient({ note: [shared, { shared }] }), rulesOfHost(['note']))

    expect(metadata['note']).to.deep.equal([shared, { shared }])
  })

  it('F361 A058 keeps declared properties under their own name, whatever their value', () => {
    const value = { any: ['thing'] }
    const metadata = accepted(webClient({ 'urn:example:x': value, other: 1 }), rulesOfHost(['urn:example:x']))

    expect(metadata['urn:example:x']).to.equal(value)
    expect(metadata).not.to.have.property('other')
  })

  it('F167 A057 calls the validator once per declared property, present or not, in order', () => {
    const calls: unknown[][] = []
    const rules = rulesOfHost(['b', 'a', 'redirect_uris'], (...call) => calls.push(call.slice(0, 3)))
    accepted(webClient({ a: 1 }), rules)

    expect(calls).to.deep.equal([
      [undefined, 'b', undefined],
      [undefined, 'a', 1],
      [undefined, 'redirect_uris', ['https://rp.example.com/cb']],
    ])
  })

  it('A057 shows the metadata with its defaults, and takes over every change', () => {
    const rules = rulesOfHost(['tenant'], (_ctx, _key, _value, metadata) => {
      metadata['tenant'] = `${metadata.client_id} ${metadata.application_type}`
      metadata.redirect_uris?.push('https://rp.example.com/second')
      metadata.client_name = 'Changed'
      metadata['undeclared'] = true
    })
    const metadata = accepted(webClient(), rules)

    expect(metadata).to.include({ tenant: 'web web', client_name: 'Changed' })
    expect(metadata.redirect_uris).to.include('https://rp.example.com/second')
    expect(metadata).not.to.have.property('undeclared')
    expect(metadata).to.be.frozen
  })

  const changes: readonly [string, Partial<ClientMetadata>, RegExp][] = [
    ['a property', { jwks_uri: 'x' }, /^jwks_uri/],
    ['several properties together', { grant_types: ['implicit'] }, /^grant_types must contain/],
    ['a redirect URI', { redirect_uris: ['https://rp.example.com/#'] }, /^redirect_uris must not/],
  ]
  for (const [title, change, problem] of changes) {
    it(`A057 judges ${title} again after the validator changed it`, () => {
      const rules = rulesOfHost(['a'], (_ctx, _key, _value, metadata) => {
        Object.assign(metadata, change)
      })

      expect(refused(webClient(), rules).error_description).to.match(problem)
    })
  }

  it('A057 refuses with the error that the validator throws', () => {
    const reason = new InvalidClientMetadata('tenant is not known')
    const rules = rulesOfHost(['tenant'], () => {
      throw reason
    })

    expect(refused(webClient(), rules)).to.equal(reason)
  })

  it('A057 does not call the validator for metadata that is refused anyway', () => {
    let calls = 0
    const rules = rulesOfHost(['a'], () => calls++)
    refused(webClient({ application_type: 'x' }), rules)

    expect(calls).to.equal(0)
  })

  it('A057 refuses a validator that answers with a promise, without leaving it unhandled', () => {
    const rules = rulesOfHost(['a'], async () => {
      throw new Error('too late')
    })

    expect(() => accepted(webClient(), rules)).to.throw(
      TypeError,
      /extraClientMetadata.validator must be synchronous/,
    )
  })

  it('A059 fills in declared properties from clientDefaults', () => {
    const rules = rulesFor({
      clientDefaults: { tenant: 'x' },
      extraClientMetadata: { properties: ['tenant'] },
    })

    expect(accepted(webClient(), rules)['tenant']).to.equal('x')
    expect(accepted(webClient({ tenant: 'y' }), rules)['tenant']).to.equal('y')
  })

  for (const name of [
    '__proto__',
    'prototype',
    'clientId',
    'redirectUris',
    ...Object.getOwnPropertyNames(Client.prototype),
  ]) {
    it(`refuses to be configured with the property ${name}, which clients have already`, () => {
      expect(() => rulesOfHost([name])).to.throw(TypeError, new RegExp(`must not contain ${name}`))
    })
  }
})

describe('client metadata of features', () => {
  it('A056 recognises rows and rules that a feature contributes', () => {
    const rules = rulesFor(
      {},
      {
        features: [
          {
            rows: [{ name: 'example_level', type: 'string', allowed: () => ['low', 'high'], default: 'low' }],
            crossRules: [
              ({ client_name: name }) => {
                if (name === 'forbidden') throw new InvalidClientMetadata('client_name is forbidden')
              },
            ],
          },
        ],
      },
    )

    expect(accepted(webClient(), rules)['example_level']).to.equal('low')
    expect(rules.properties.get('example_level')).to.equal('exampleLevel')
    expect(refused(webClient({ example_level: 'x' }), rules).error_description).to.equal(
      "example_level must be one of 'low', 'high'",
    )
    expect(refused(webClient({ client_name: 'forbidden' }), rules).error_description).to.match(/forbidden/)
  })

  it('stops the provider from being constructed when two define the same property', () => {
    expect(() => rulesFor({}, { features: [{ rows: [{ name: 'client_name', type: 'string' }] }] })).to.throw(
      TypeError,
      'client metadata client_name is defined twice',
    )
  })
})
