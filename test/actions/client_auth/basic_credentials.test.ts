import { expect } from 'chai'
import { readBasicCredentials } from '../../../lib/actions/client_auth/basic_credentials.ts'
import { InvalidRequest } from '../../../lib/helpers/errors.ts'

const base64 = (text: string) => Buffer.from(text).toString('base64')

function refused(authorization: string): InvalidRequest {
  try {
    readBasicCredentials(authorization)
  } catch (error) {
    if (error instanceof InvalidRequest) return error
    throw error
  }
  throw new Error('the credentials were accepted')
}

describe('credentials in the Authorization header (RFC 6749 §2.3.1, Appendix B)', () => {
  const malformed: readonly [string, string, string, RegExp][] = [
    ['C11', 'another scheme', `Bearer ${base64('a:b')}`, /Basic scheme/],
    ['C11', 'a longer scheme', `Basically ${base64('a:b')}`, /Basic scheme/],
    ['C4', 'no credentials', 'Basic', /Basic scheme/],
    ['C4', 'empty credentials', 'Basic ', /Basic scheme/],
    ['C4', 'two credentials', `Basic ${base64('a:b')} ${base64('a:b')}`, /Basic scheme/],
    ['C4', 'a trailing space', `Basic ${base64('a:b')} `, /Basic scheme/],
    ['C4', 'base64url', `Basic ${base64('a:>>>???').replace('+', '-').replace('/', '_')}`, /Basic scheme/],
    ['C4', 'missing padding', `Basic ${base64('ab:c').replace(/=+$/, '')}`, /canonical/],
    ['C4', 'bits left over in base64', 'Basic YTpiYg=='.replace('g==', 'h=='), /canonical/],
    ['C4', 'too much padding', `Basic ${base64('a:b')}==`, /canonical/],
    ['C4', 'no colon', `Basic ${base64('ab')}`, /colon/],
    ['C4', 'an empty client_id', `Basic ${base64(':secret')}`, /client_id is empty/],
    ['A065', 'a cut-off escape in client_id', `Basic ${base64('a%:b')}`, /^client_id is not form-encoded/],
    [
      'A065',
      'an escape that is not hexadecimal',
      `Basic ${base64('a:%zz')}`,
      /^client_secret is not form-encoded/,
    ],
    ['A065', 'an escape that is not UTF-8', `Basic ${base64('a:%ff')}`, /^client_secret is not form-encoded/],
    ['A065', 'bytes that are not ASCII', `Basic ${base64('a:é')}`, /^client_secret is not form-encoded/],
    ['A065', 'a control character', `Basic ${base64('a\u0000:b')}`, /^client_id is not form-encoded/],
  ]
  for (const [id, title, header, detail] of malformed) {
    it(`${id} refuses ${title} with invalid_request, and says why in the detail`, () => {
      const error = refused(header)

      expect(error.message).to.equal('invalid_request')
      expect(error.status).to.equal(400)
      expect(error.error_detail).to.match(detail)
      expect(error.error_description).to.equal('invalid authorization header value format')
    })
  }

  it('A065 keeps the credentials out of the error', () => {
    const error = refused(`Basic ${base64('client:hunter2%')}`)

    expect(`${error.error_description} ${error.error_detail}`).not.to.match(/hunter2/)
  })

  const readable: readonly [string, string, string, string, string][] = [
    ['C4', 'plain characters', 'client:secret', 'client', 'secret'],
    [
      'C4',
      'the example of the documentation',
      'an%3Aidentifier:some+secure+%26+non-standard+secret',
      'an:identifier',
      'some secure & non-standard secret',
    ],
    ['C4', 'a percent sign, decoded once', 'a%2525:b%252B', 'a%25', 'b%2B'],
    ['C4', 'a plus sign', 'a%2Bb:c%2Bd', 'a+b', 'c+d'],
    ['C4', 'escapes in either case', 'a%3a:b%3A', 'a:', 'b:'],
    ['C4', 'colons in the secret', 'a:b:c', 'a', 'b:c'],
    ['C4', 'an empty secret', 'a:', 'a', ''],
  ]
  for (const [id, title, pair, clientId, clientSecret] of readable) {
    it(`${id} reads ${title}`, () => {
      expect(readBasicCredentials(`Basic ${base64(pair)}`)).to.deep.equal({ clientId, clientSecret })
    })
  }

  for (const scheme of ['basic', 'BASIC', 'bAsIc']) {
    it(`C11 reads the scheme ${scheme}`, () => {
      expect(readBasicCredentials(`${scheme} ${base64('a:b')}`)).to.deep.equal({
        clientId: 'a',
        clientSecret: 'b',
      })
    })
  }
})
