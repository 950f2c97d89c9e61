import { expect } from 'chai'
import { cookiesForIssuer } from '../../lib/configuration/checks/cookies.ts'
import { readIssuer } from '../../lib/configuration/checks/issuer.ts'
import { resolveConfiguration } from '../../lib/configuration/resolve.ts'
import { Provider } from '../../lib/index.ts'
import { recordingLogger } from './recording_logger.ts'

describe('issuer (OpenID Connect Discovery 1.0 §3)', () => {
  const refused: readonly [title: string, issuer: unknown, message: RegExp][] = [
    ['nothing', undefined, /issuer must be a string/],
    ['a URL object', new URL('https://op.example.com'), /issuer must be a string/],
    ['no URL', 'op.example.com', /issuer must be a URL/],
    ['another scheme', 'ftp://op.example.com', /issuer must be an https/],
    ['a query', 'https://op.example.com?a=b', /issuer must not have a query/],
    ['an empty query', 'https://op.example.com?', /issuer must not have a query/],
    ['a fragment', 'https://op.example.com#a', /issuer must not have a fragment/],
    ['an empty fragment', 'https://op.example.com/#', /issuer must not have a fragment/],
    ['a password', 'https://me:secret@op.example.com', /issuer must not have user information/],
  ]
  for (const [title, issuer, message] of refused) {
    it(`A001 refuses ${title}`, () => {
      expect(() => readIssuer(issuer)).to.throw(TypeError, message)
    })
  }

  const accepted: readonly [issuer: string, mountPath: string][] = [
    ['https://op.example.com', ''],
    ['https://op.example.com/', ''],
    ['http://localhost:3000/oidc', '/oidc'],
    ['https://op.example.com/a/b/', '/a/b'],
  ]
  for (const [issuer, mountPath] of accepted) {
    it(`A001 mounts ${issuer} at '${mountPath}' and keeps its spelling`, () => {
      expect(readIssuer(issuer)).to.deep.equal({ issuer, mountPath })
    })
  }
})

describe('an issuer without TLS (OpenID Connect Discovery 1.0 §3, RFC 6749 §3.1)', () => {
  const warningsOf = (issuer: string) => {
    const logger = recordingLogger()
    new Provider(issuer, { logger })
    return logger.warnings.filter((warning) => warning.includes('the issuer is http,'))
  }

  for (const issuer of [
    'http://op.example.com',
    'http://192.0.2.1:3000/oidc',
    'http://localhost.example.com',
  ]) {
    it(`is warned of: ${issuer}`, () => {
      expect(warningsOf(issuer)).to.have.lengthOf(1)
    })
  }
  for (const issuer of [
    'https://op.example.com',
    'http://localhost:3000',
    'http://127.0.0.1/oidc',
    'http://[::1]:3000',
    'http://op.localhost:3000',
  ]) {
    it(`is not spoken of where nothing leaves the device, or there is TLS: ${issuer}`, () => {
      expect(warningsOf(issuer)).to.deep.equal([])
    })
  }
})

describe('session cookie of an http issuer (RFC 6265bis §5.7)', () => {
  const { cookies } = resolveConfiguration({}, [], recordingLogger())

  it('falls back to lax with one notice', () => {
    const logger = recordingLogger()

    const adjusted = cookiesForIssuer(cookies, 'http://localhost:3000', logger.info)

    expect(adjusted.long.sameSite).to.equal('lax')
    expect(logger.infos)
      .to.have.lengthOf(1)
      .and.match(/sameSite/)
  })

  it('stays as configured otherwise', () => {
    const logger = recordingLogger()
    const strict = resolveConfiguration({ cookies: { long: { sameSite: 'strict' } } }, [], logger).cookies

    expect(cookiesForIssuer(cookies, 'https://op.example.com', logger.info)).to.equal(cookies)
    expect(cookiesForIssuer(strict, 'http://localhost:3000', logger.info)).to.equal(strict)
    expect(logger.infos).to.deep.equal([])
  })
})
