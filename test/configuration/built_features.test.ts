import { expect } from 'chai'
import { resolveConfiguration } from '../../lib/configuration/resolve.ts'
import { FEATURES } from '../../lib/features/index.ts'
import { recordingLogger } from './recording_logger.ts'

const resolve = (features: object, logger = recordingLogger()) =>
  resolveConfiguration({ features: Object(features) }, FEATURES, logger).features

/** Defaults of `features` that are true. */
const ON = [
  'devInteractions',
  'pushedAuthorizationRequests',
  'resourceIndicators',
  'rpInitiatedLogout',
  'userinfo',
]

describe('the features there are', () => {
  it('A197 A198 are on or off by default as documented', () => {
    const features: Readonly<Record<string, { enabled: boolean }>> = { ...resolve({}) }
    const on = FEATURES.map(({ name }) => name).filter((name) => features[name]?.enabled)

    expect(on).to.have.members(ON)
  })

  it('A198 are off by default, whether they are there yet or not', () => {
    const features: Readonly<Record<string, { enabled: boolean }>> = { ...resolve({}) }
    const off = [
      'revocation',
      'introspection',
      'clientCredentials',
      'deviceFlow',
      'registration',
      'backchannelLogout',
      'encryption',
      'frontchannelLogout',
      'jwtResponseModes',
      'mTLS',
      'ciba',
      'sessionManagement',
      'webfinger',
    ]

    expect(off.filter((name) => features[name]?.enabled !== false)).to.deep.equal([])
  })

  it('F129 A197 conform, accept one redirect URI unsaid and want request URIs registered unless told otherwise', () => {
    const { conformIdTokenClaims, allowOmittingSingleRegisteredRedirectUri, features } = resolveConfiguration(
      {},
      FEATURES,
      recordingLogger(),
    )

    expect(conformIdTokenClaims).to.equal(true)
    expect(allowOmittingSingleRegisteredRedirectUri).to.equal(true)
    expect(features.requestObjects.requireUriRegistration).to.equal(true)
  })

  it('A197 rotate and issue registration access tokens unless told otherwise', () => {
    const { registration, registrationManagement } = resolve({})

    expect(registration.issueRegistrationAccessToken).to.equal(true)
    expect(registrationManagement.rotateRegistrationAccessToken).to.equal(true)
  })

  const nonsensical: readonly [feature: string, options: object, message: RegExp][] = [
    ['registration', { initialAccessToken: 'not a token' }, /initialAccessToken must be a boolean/],
    ['requestObjects', { mode: 'loose' }, /features\.requestObjects\.mode must be/],
    [
      'resourceIndicators',
      { defaultResource: 'text' },
      /resourceIndicators\.defaultResource must be a function/,
    ],
    ['claimsParameter', { assertClaimsParameter: 5 }, /assertClaimsParameter must be a function/],
    ['deviceFlow', { mask: '***A' }, /features\.deviceFlow\.mask must contain/],
    ['deviceFlow', { charset: 'hex' }, /features\.deviceFlow\.charset must be/],
    ['registration', { issueRegistrationAccessToken: 'no' }, /must be true, false or a function/],
    ['registrationManagement', { rotateRegistrationAccessToken: 1 }, /must be true, false or a function/],
    ['pushedAuthorizationRequests', { allowUnregisteredRedirectUris: 'false' }, /must be true or false/],
    [
      'requestObjects',
      { allowUnsigned: 'false' },
      /features\.requestObjects\.allowUnsigned must be true or false/,
    ],
    ['requestObjects', { requireSignedRequestObject: 1 }, /must be true or false/],
  ]
  for (const [feature, options, message] of nonsensical) {
    for (const enabled of [false, true]) {
      const what = `features.${feature} with ${Object.keys(options)} that mean nothing`
      it(`refuse ${what}, ${enabled ? 'on' : 'off'}`, () => {
        expect(() => resolve({ [feature]: { enabled, ...options } })).to.throw(TypeError, message)
      })
    }
  }

  it('A004 refuse policies of registration without initial access tokens once it is on', () => {
    const policies = {}

    expect(() => resolve({ registration: { enabled: true, policies } })).to.throw(TypeError, /policies need/)
    expect(() => resolve({ registration: { policies } })).not.to.throw()
  })

  for (const [name, needed] of [
    ['jwtIntrospection', 'introspection'],
    ['jwtUserinfo', 'userinfo'],
    ['registrationManagement', 'registration'],
  ] as const) {
    it(`refuse ${name} without ${needed}, which it builds on`, () => {
      const features = { [name]: { enabled: true }, [needed]: { enabled: false } }

      expect(() => resolve(features)).to.throw(TypeError, `features.${name} needs features.${needed}`)
    })
  }

  it('name the draft of the web message response mode until the host has acknowledged it', () => {
    const logger = recordingLogger()
    resolve({ webMessageResponseMode: { enabled: true } }, logger)

    expect(JSON.stringify(logger)).to.match(/individual-draft-01/)
  })

  it('refuse the acknowledgement of a draft of the web message response mode that is not implemented', () => {
    expect(() => resolve({ webMessageResponseMode: { enabled: true, ack: 'individual-draft-99' } })).to.throw(
      TypeError,
      /features\.webMessageResponseMode\.ack/,
    )
  })
})
