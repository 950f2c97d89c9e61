import { expect } from 'chai'
import Provider from '../../lib/index.ts'

const SILENT = { info() {}, warn() {}, error() {} }

describe('contract: what features add to classes may be replaced, as what is written in these may', () => {
  const provider = new Provider('https://op.example.com', { logger: SILENT })

  for (const [place, prototype, names] of [
    ['provider.Client', provider.Client.prototype, ['backchannelLogout', 'backchannelPing']],
    ['Provider', Provider.prototype, ['backchannelResult', 'certificateHasSubject']],
    [
      'provider.OIDCContext',
      provider.OIDCContext.prototype,
      ['deviceCode', 'fapiProfile', 'isFapi', 'registrationAccessToken'],
    ],
  ] as const) {
    for (const name of names) {
      it(`${place}: ${name}`, () => {
        const member = Object.getOwnPropertyDescriptor(prototype, name)

        expect(member).to.include({ configurable: true, enumerable: false })
        expect(member?.writable).to.equal(member?.get === undefined ? true : undefined)
      })
    }
  }
})
