import { expect } from 'chai'
import type { FeatureDeclaration } from '../../lib/configuration/feature_declaration.ts'
import { resolveConfiguration } from '../../lib/configuration/resolve.ts'
import { checkDeliveryModes } from '../../lib/features/ciba/check_options.ts'
import { checkUserCodeCharset, checkUserCodeMask } from '../../lib/features/device_flow/check_options.ts'
import { FEATURES } from '../../lib/features/index.ts'
import { checkRegistrationPolicies } from '../../lib/features/registration/check_policies.ts'
import { recordingLogger } from './recording_logger.ts'

const refuse = (): never => {
  throw new Error('must be provided')
}

const userinfo: FeatureDeclaration<'userinfo'> = {
  name: 'userinfo',
  spec: 'OpenID Connect Core 1.0 §5.3',
  defaults: { enabled: true },
}
const jwtUserinfo: FeatureDeclaration<'jwtUserinfo'> = {
  name: 'jwtUserinfo',
  spec: 'OpenID Connect Core 1.0 §5.3.2',
  defaults: { enabled: false },
  needs: ['userinfo'],
}
const webMessage: FeatureDeclaration<'webMessageResponseMode'> = {
  name: 'webMessageResponseMode',
  spec: 'OAuth 2.0 Web Message Response Mode - draft 01',
  url: 'https://example.com/web-message-01',
  version: ['draft-00', 'draft-01'],
  defaults: { enabled: false },
}
const ciba: FeatureDeclaration<'ciba'> = {
  name: 'ciba',
  spec: 'OpenID Connect CIBA Core 1.0',
  defaults: {
    enabled: false,
    deliveryModes: new Set(['poll']),
    interval: 5,
    userCodeAttempts: 10,
    processLoginHint: refuse,
    processLoginHintToken: refuse,
    triggerAuthenticationDevice: refuse,
    validateBindingMessage: refuse,
    validateRequestContext: refuse,
    verifyUserCode: refuse,
  },
  check: ({ deliveryModes }) => checkDeliveryModes(deliveryModes),
}
const requestObjects: FeatureDeclaration<'requestObjects'> = {
  name: 'requestObjects',
  spec: 'RFC 9101',
  defaults: {
    enabled: false,
    mode: 'strict',
    request: false,
    requestUri: false,
    allowUnsigned: false,
    requireSignedRequestObject: false,
    requireUriRegistration: true,
    assertJwtClaimsAndHeader: () => undefined,
  },
}
const mTLS: FeatureDeclaration<'mTLS'> = {
  name: 'mTLS',
  spec: 'RFC 8705',
  defaults: {
    enabled: false,
    aliasOrigin: undefined,
    certificateAuthorized: refuse,
    certificateBoundAccessTokens: false,
    certificateSubjectMatches: refuse,
    getCertificate: refuse,
    selfSignedTlsClientAuth: false,
    tlsClientAuth: false,
  },
  clientAuthMethods: ({ tlsClientAuth, selfSignedTlsClientAuth }) => [
    ...(tlsClientAuth ? (['tls_client_auth'] as const) : []),
    ...(selfSignedTlsClientAuth ? (['self_signed_tls_client_auth'] as const) : []),
  ],
}
const BUILT: readonly FeatureDeclaration[] = [userinfo, jwtUserinfo, webMessage, ciba, requestObjects, mTLS]

const resolve = (features: unknown, logger = recordingLogger(), rest: object = {}) =>
  // What JavaScript hosts may write is more than the types allow.
  resolveConfiguration(Object({ features, ...rest }), BUILT, logger)

const refused: readonly [title: string, features: unknown, message: RegExp][] = [
  ['features that are an array', [], /features must be an object/],
  ['A002 a boolean', { userinfo: true }, /features\.userinfo must be an object, such as \{ enabled: true \}/],
  ['A002 null', { userinfo: null }, /features\.userinfo must be an object/],
  [
    'A002 an unknown name',
    { userInfos: { enabled: true } },
    /features\.userInfos is not a feature, did you mean userinfo\?/,
  ],
  ['A002 a name of Object.prototype', { constructor: {} }, /features\.constructor is not a feature/],
  ['enabled as text', { userinfo: { enabled: 'true' } }, /features\.userinfo\.enabled must be true or false/],
  [
    'A004 a feature without the one it needs',
    { userinfo: { enabled: false }, jwtUserinfo: { enabled: true } },
    /features\.jwtUserinfo needs features\.userinfo; enable it/,
  ],
  [
    'a documented feature that does not exist yet',
    { deviceFlow: { enabled: true } },
    /features\.deviceFlow is not implemented yet/,
  ],
  [
    'a reserved feature',
    { richAuthorizationRequests: { enabled: true } },
    /features\.richAuthorizationRequests is not implemented yet/,
  ],
  [
    'A005 delivery modes as text',
    { ciba: { deliveryModes: 'poll' } },
    /features\.ciba\.deliveryModes must be an Array or a Set/,
  ],
  [
    'A014 no delivery modes',
    { ciba: { enabled: true, deliveryModes: [] } },
    /deliveryModes must contain at least one of poll, ping/,
  ],
  [
    'A014 the delivery mode push',
    { ciba: { enabled: true, deliveryModes: ['push'] } },
    /deliveryModes must not contain 'push'/,
  ],
  [
    'a value where a function belongs',
    { ciba: { processLoginHint: 'x' } },
    /features\.ciba\.processLoginHint must be a function/,
  ],
  [
    'A190 both names of one switch with different meanings',
    { requestObjects: { enabled: true, request: false } },
    /features\.requestObjects\.enabled is another name of features\.requestObjects\.request/,
  ],
  [
    'A190 a feature that is off with a part that is on',
    { requestObjects: { enabled: false, requestUri: true } },
    /enabled is another name/,
  ],
]

describe('features', () => {
  describe('refuse', () => {
    for (const [title, features, message] of refused) {
      it(title, () => {
        expect(() => resolve(features)).to.throw(TypeError, message)
      })
    }

    for (const option of ['request', 'requestUri', 'enabled']) {
      it(`A190 requestObjects.${option} while request objects do not exist yet`, () => {
        const features = Object({ requestObjects: { [option]: true } })

        expect(() => resolveConfiguration({ features }, [], recordingLogger())).to.throw(
          TypeError,
          /features\.requestObjects is not implemented yet/,
        )
      })
    }
  })

  it('accept options of a feature that does not exist yet while it is off', () => {
    const { features } = resolve({
      deviceFlow: { enabled: false, mask: '****' },
      openid4vci: { anything: 1 },
    })

    expect(features.deviceFlow.enabled).to.equal(false)
    expect(features.openid4vci.enabled).to.equal(false)
  })

  it('A198 are off where neither the host nor the default turns them on', () => {
    const { features } = resolve({})

    expect(features.ciba.enabled).to.equal(false)
    expect(features.revocation.enabled).to.equal(false)
  })

  it('A190 may be turned on by both names, and all their parts with them', () => {
    const both = { enabled: true, request: true, requestUri: true }

    expect(resolveConfiguration(Object({ features: { requestObjects: both } }), FEATURES, recordingLogger()))
      .to.have.nested.property('features.requestObjects')
      .that.deep.includes(both)
  })

  it('A197 are on where the default says so', () => {
    expect(resolve({}).features.userinfo.enabled).to.equal(true)
    expect(resolve({ userinfo: { enabled: undefined } }).features.userinfo.enabled).to.equal(true)
    expect(resolve({ userinfo: { enabled: false } }).features.userinfo.enabled).to.equal(false)
  })

  it('keep what the host sets and fill in the rest', () => {
    const processLoginHint = () => 'account'

    const { ciba: resolved } = resolve({
      ciba: { enabled: true, deliveryModes: ['ping', 'poll'], processLoginHint },
    }).features

    expect(resolved).to.include({ enabled: true, processLoginHint, verifyUserCode: refuse })
    expect([...resolved.deliveryModes]).to.deep.equal(['ping', 'poll'])
  })

  it('A014 check their options while they are off as well', () => {
    expect(() => resolve({ ciba: { deliveryModes: new Set() } })).to.throw(
      TypeError,
      'features.ciba.deliveryModes must contain at least one of poll, ping',
    )
  })

  it('name the nearest of their options in a notice', () => {
    const logger = recordingLogger()

    resolve({ ciba: { deliverymode: [] } }, logger)

    expect(logger.infos).to.deep.equal([
      'NOTICE: the option features.ciba.deliverymode is not known and does nothing, did you mean deliveryModes?',
    ])
  })

  it('that are off though the host has set their options lead to a notice (RFC 9101)', () => {
    const logger = recordingLogger()

    resolve({ ciba: { interval: 7 }, requestObjects: { mode: 'lax' } }, logger)

    expect(logger.infos).to.deep.equal([
      'NOTICE: features.ciba has options and is off: add enabled: true',
      'NOTICE: features.requestObjects has options and is off: add enabled: true',
    ])
  })

  for (const [title, options] of [
    ['says so', { ciba: { enabled: false, interval: 7 } }],
    ['says so by its own switch', { requestObjects: { request: false, mode: 'lax' } }],
    ['turned it on', { ciba: { enabled: true, interval: 7 } }],
    ['set none of its options', { ciba: {}, requestObjects: { mode: undefined } }],
  ] as const) {
    it(`are not told to be off where the host ${title}`, () => {
      const logger = recordingLogger()

      resolve(options, logger)

      expect(logger.infos).to.deep.equal([])
    })
  }

  describe('that follow a draft', () => {
    it('A003 print a notice that says how to acknowledge it', () => {
      const logger = recordingLogger()

      resolve({ webMessageResponseMode: { enabled: true } }, logger)

      expect(logger.infos).to.have.lengthOf(1)
      expect(logger.infos[0]?.split('\n').every((line) => line.startsWith('NOTICE: '))).to.equal(true)
      expect(logger.infos[0]).to.include(
        "features.webMessageResponseMode: OAuth 2.0 Web Message Response Mode - draft 01 (https://example.com/web-message-01), acknowledge it with ack: 'draft-01'",
      )
    })

    it('A003 refuse the acknowledgement of another version, after the notice', () => {
      const logger = recordingLogger()

      expect(() => resolve({ webMessageResponseMode: { enabled: true, ack: 'draft-02' } }, logger)).to.throw(
        TypeError,
        /features\.webMessageResponseMode\.ack: another version of the draft is implemented/,
      )
      expect(logger.infos).to.have.lengthOf(1)
    })

    for (const ack of ['draft-00', 'draft-01']) {
      it(`A003 are silent when ${ack} is acknowledged and compatible`, () => {
        const logger = recordingLogger()

        resolve({ webMessageResponseMode: { enabled: true, ack } }, logger)

        expect(logger.infos).to.deep.equal([])
      })
    }

    it('A003 are silent while they are off', () => {
      const logger = recordingLogger()

      resolve({ webMessageResponseMode: { ack: 'draft-77' } }, logger)

      expect(logger.infos).to.deep.equal([])
    })
  })

  it('A003 A185 ignore an acknowledgement once their specification is final', () => {
    const logger = recordingLogger()

    const { features } = resolve({ userinfo: { enabled: true, ack: 'draft-06' } }, logger)

    expect(features.userinfo).to.deep.equal({ enabled: true })
    expect(logger.infos).to.deep.equal([])
  })

  describe('request objects', () => {
    const switches: readonly [title: string, options: object, expected: object][] = [
      ['request', { request: true }, { enabled: true, request: true, requestUri: false }],
      ['requestUri', { requestUri: true }, { enabled: true, request: false, requestUri: true }],
      ['enabled', { enabled: true }, { enabled: true, request: true, requestUri: false }],
      ['enabled and request alike', { enabled: true, request: true }, { enabled: true, request: true }],
      ['nothing', { mode: 'lax' }, { enabled: false, request: false, mode: 'lax' }],
    ]
    for (const [title, options, expected] of switches) {
      it(`A190 are switched by ${title}`, () => {
        expect(resolve({ requestObjects: options }).features.requestObjects).to.include(expected)
      })
    }
  })

  describe('mutual TLS (RFC 8705 §2)', () => {
    it('offers the method that it turns on, and only that', () => {
      const features = { mTLS: { enabled: true, tlsClientAuth: true } }

      const { clientAuthMethods } = resolve(features, recordingLogger(), {
        clientAuthMethods: ['tls_client_auth'],
      })

      expect([...clientAuthMethods]).to.deep.equal(['tls_client_auth'])
      expect(() =>
        resolve(features, recordingLogger(), { clientAuthMethods: ['self_signed_tls_client_auth'] }),
      ).to.throw(TypeError, /must not contain 'self_signed_tls_client_auth'/)
    })
  })
})

describe('checks of feature options', () => {
  const refusedMasks: readonly [title: string, mask: unknown][] = [
    ['a letter', '***A'],
    ['nothing to fill in', '- -'],
    ['the empty string', ''],
    ['a number', 8],
  ]
  for (const [title, mask] of refusedMasks) {
    it(`A013 refuse a user code mask with ${title} (RFC 8628 §6.1)`, () => {
      expect(() => checkUserCodeMask(mask)).to.throw(TypeError, /features\.deviceFlow\.mask/)
    })
  }

  it('A013 accept a user code mask of stars, dashes and spaces', () => {
    expect(() => checkUserCodeMask('*** - ***')).to.not.throw()
  })

  it('A013 know two character sets', () => {
    expect(() => checkUserCodeCharset('hex')).to.throw(
      TypeError,
      /features\.deviceFlow\.charset must be 'base-20' or/,
    )
    expect(() => checkUserCodeCharset('base-20')).to.not.throw()
    expect(() => checkUserCodeCharset('digits')).to.not.throw()
  })

  it('A004 refuse registration policies without initial access tokens', () => {
    const policies = { strict: () => undefined }

    expect(() => checkRegistrationPolicies({ policies, initialAccessToken: false })).to.throw(
      TypeError,
      /policies need/,
    )
    expect(() => checkRegistrationPolicies({ policies, initialAccessToken: true })).to.not.throw()
    expect(() => checkRegistrationPolicies({ initialAccessToken: false })).to.not.throw()
  })
})
