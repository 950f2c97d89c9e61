import { expect } from 'chai'
import Provider from '../../../lib/index.ts'
import type { TLSClientAuthProperty } from '../../../types/features/mtls.ts'
import { type Contents, selfSigned } from '../../support/certificates.ts'

const DN = 'tls_client_auth_subject_dn'
const SILENT = { info() {}, warn() {}, error() {} }

type Case = readonly [title: string, contents: Contents, property: TLSClientAuthProperty, expected: string]

/** In the order of the certificate, which is reversed in writing. */
const SUBJECT: Contents = { subject: [{ C: ['GB'] }, { O: ['Acme'] }, { OU: ['Ops'] }, { CN: ['client'] }] }
const WRITTEN = 'CN=client,OU=Ops,O=Acme,C=GB'
const SET: Contents = { subject: [{ O: ['Acme'] }, { CN: ['client'], OU: ['Ops'] }] }
const named = (cn: string): Contents => ({ subject: [{ CN: [cn] }] })
/** As it is encoded, in hexadecimal. */
const encoded = (hex: string): Contents => named(`#${hex}`)
const also = (type: 'dns' | 'url' | 'ip' | 'email', value: string): Contents => ({
  alternatives: [{ type, value }],
})

const REFUSED: readonly Case[] = [
  ['a common name that goes on behind a NUL', named('client\0.evil.example'), DN, 'CN=client'],
  ['a registered name that goes on behind an escaped NUL', named('client'), DN, 'CN=client\\00.evil.example'],
  ['a NUL that is not escaped', named('client\0'), DN, 'CN=client\0'],
  ['separators inside of a value', named('client,O=Acme'), DN, 'CN=client,O=Acme'],
  ['a plus inside of a value', named('client+OU=Ops'), DN, 'CN=client+OU=Ops'],
  ['the relative names in the order of the certificate', SUBJECT, DN, 'C=GB,O=Acme,OU=Ops,CN=client'],
  [
    'more relative names than there are, where those there are fit',
    { subject: [{ O: ['Acme'] }] },
    DN,
    'CN=client,O=Acme',
  ],
  ['some of the relative names', SUBJECT, DN, 'CN=client'],
  ['more relative names than there are', named('client'), DN, 'CN=client,O=Acme'],
  ['another type with the same value', named('client'), DN, 'OU=client'],
  ['another case', named('client'), DN, 'CN=Client'],
  ['a set that is written as two names', SET, DN, 'CN=client,OU=Ops,O=Acme'],
  ['two names that are written as a set', SUBJECT, DN, 'CN=client+OU=Ops,O=Acme,C=GB'],
  ['one of a set twice', SET, DN, 'CN=client+CN=client,O=Acme'],
  ['one of a set alone', SET, DN, 'CN=client,O=Acme'],
  ['a set that has more than there is', named('client'), DN, 'CN=client+OU=Ops'],
  ['a form of OpenSSL', SUBJECT, DN, '/C=GB/O=Acme/OU=Ops/CN=client'],
  ['quotes', named('client'), DN, 'CN="client"'],
  ['a type that nobody knows', named('client'), DN, 'XY=client'],
  ['a name of Object.prototype', named('client'), DN, 'constructor=client'],
  ['nothing', named('client'), DN, ''],
  ['a comma alone', named('client'), DN, ','],
  ['half an escape', named('client\\'), DN, 'CN=client\\'],
  ['hexadecimal that is none', named('client'), DN, 'CN=#13zz'],
  ['escapes that are no UTF-8', named('\ufffd'), DN, 'CN=\\ff'],
  ['a space that is not escaped at the end', named('client '), DN, 'CN=client '],
  [
    'a wildcard for one of its names',
    also('dns', '*.example.com'),
    'tls_client_auth_san_dns',
    'a.example.com',
  ],
  ['a subdomain', also('dns', 'a.example.com'), 'tls_client_auth_san_dns', 'example.com'],
  [
    'a DNS name behind a NUL',
    also('dns', 'a.example.com\0.evil.example'),
    'tls_client_auth_san_dns',
    'a.example.com',
  ],
  ['a common name for a DNS name', named('a.example.com'), 'tls_client_auth_san_dns', 'a.example.com'],
  [
    'an e-mail address for a DNS name',
    also('email', 'a.example.com'),
    'tls_client_auth_san_dns',
    'a.example.com',
  ],
  [
    'a URI of another case',
    also('url', 'https://a.example.com/A'),
    'tls_client_auth_san_uri',
    'https://a.example.com/a',
  ],
  [
    'a URI and a slash',
    also('url', 'https://a.example.com'),
    'tls_client_auth_san_uri',
    'https://a.example.com/',
  ],
  ['another address', also('ip', '192.0.2.1'), 'tls_client_auth_san_ip', '192.0.2.2'],
  ['an address in another family', also('ip', '192.0.2.1'), 'tls_client_auth_san_ip', '::ffff:192.0.2.1'],
  ['an address of some other spelling', also('ip', '10.0.0.1'), 'tls_client_auth_san_ip', '10.1'],
  ['an address as a DNS name', also('dns', '192.0.2.1'), 'tls_client_auth_san_ip', '192.0.2.1'],
  [
    'a mailbox of another case',
    also('email', 'Bot@example.com'),
    'tls_client_auth_san_email',
    'bot@example.com',
  ],
]

const ACCEPTED: readonly Case[] = [
  ['the whole name, reversed (RFC 4514 §2.1)', SUBJECT, DN, WRITTEN],
  ['types of any case', SUBJECT, DN, 'cn=client,Ou=Ops,o=Acme,c=GB'],
  ['types by object identifier', SUBJECT, DN, '2.5.4.3=client,2.5.4.11=Ops,2.5.4.10=Acme,2.5.4.6=GB'],
  ['blanks between relative names', SUBJECT, DN, 'CN=client, OU=Ops, O=Acme, C=GB'],
  ['a set (RFC 4517 §4.2.15)', SET, DN, 'CN=client+OU=Ops,O=Acme'],
  ['a set in another order (RFC 4517 §4.2.15)', SET, DN, 'OU=Ops+CN=client,O=Acme'],
  ['escaped separators (RFC 4514 §2.4)', named('client,O=Acme+x'), DN, 'CN=client\\,O=Acme\\+x'],
  ['escaped octets', named('clïent'), DN, 'CN=cl\\C3\\AFent'],
  ['letters beyond ASCII', named('clïent 東京 😀'), DN, 'CN=clïent 東京 😀'],
  ['escaped spaces at the ends', named(' client '), DN, 'CN=\\ client\\ '],
  ['an escaped number sign', encoded('0c022331'), DN, 'CN=\\#1'],
  ['a NUL that is meant', named('client\0'), DN, 'CN=client\\00'],
  [
    'a domain by its components',
    { subject: [{ DC: ['com'] }, { DC: ['example'] }] },
    DN,
    'DC=example,DC=com',
  ],
  ['a DNS name of any case', also('dns', 'A.example.com'), 'tls_client_auth_san_dns', 'a.Example.com'],
  [
    'a wildcard, as one that is registered',
    also('dns', '*.example.com'),
    'tls_client_auth_san_dns',
    '*.example.com',
  ],
  ['a URI', also('url', 'https://a.example.com/A'), 'tls_client_auth_san_uri', 'https://a.example.com/A'],
  [
    'one of several addresses',
    {
      alternatives: [
        { type: 'ip', value: '192.0.2.2' },
        { type: 'ip', value: '192.0.2.1' },
        { type: 'dns', value: 'a.example.com' },
      ],
    },
    'tls_client_auth_san_ip',
    '192.0.2.1',
  ],
  ['an address', also('ip', '192.0.2.1'), 'tls_client_auth_san_ip', '192.0.2.1'],
  [
    'an IPv6 address, however it is spelled (RFC 5952 §8)',
    also('ip', '2001:db8::1'),
    'tls_client_auth_san_ip',
    '2001:DB8:0:0:0:0:0:1',
  ],
  [
    'an e-mail address, its domain of any case',
    also('email', 'Bot@Example.com'),
    'tls_client_auth_san_email',
    'Bot@example.COM',
  ],
  [
    'any of several names',
    {
      alternatives: [
        { type: 'dns', value: 'a.example.com' },
        { type: 'dns', value: 'b.example.com' },
      ],
    },
    'tls_client_auth_san_dns',
    'b.example.com',
  ],
]

describe('the subject of a certificate (RFC 8705 §2.1.2)', () => {
  const provider = new Provider('https://op.example.com', {
    logger: SILENT,
    features: { devInteractions: { enabled: false } },
  })

  for (const [title, contents, property, expected] of REFUSED) {
    it(`M8 is not ${property}=${JSON.stringify(expected)} by ${title}`, async () => {
      const { certificate } = await selfSigned(contents)

      expect(provider.certificateHasSubject(certificate, property, expected)).to.equal(false)
    })
  }

  for (const [title, contents, property, expected] of ACCEPTED) {
    it(`M8 is ${property}=${JSON.stringify(expected)}: ${title}`, async () => {
      const { certificate, cert } = await selfSigned(contents)

      expect(provider.certificateHasSubject(certificate, property, expected)).to.equal(true)
      expect(provider.certificateHasSubject(cert, property, expected)).to.equal(true)
    })
  }

  it('may be written in hexadecimal as it is encoded (RFC 4514 §2.4)', async () => {
    const { certificate } = await selfSigned(encoded('0c06636c69656e74'))

    expect(provider.certificateHasSubject(certificate, DN, 'CN=#0C06636C69656E74')).to.equal(true)
    expect(provider.certificateHasSubject(certificate, DN, 'CN=#1306636c69656e74')).to.equal(false)
  })

  for (const [kind, hex] of [
    ['UTF8String', '0c06636c69656e74'],
    ['PrintableString', '1306636c69656e74'],
    ['IA5String', '1606636c69656e74'],
    ['TeletexString', '1406636c69656e74'],
    ['BMPString', '1e0c0063006c00690065006e0074'],
  ] as const) {
    it(`is read where it is a ${kind} (RFC 5280 §4.1.2.4)`, async () => {
      const { certificate } = await selfSigned(encoded(hex))

      expect(provider.certificateHasSubject(certificate, DN, 'CN=client')).to.equal(true)
    })
  }

  it('is nobody where there is no certificate, or no such property', async () => {
    const { certificate } = await selfSigned()
    const property: object = Object('constructor')

    expect(provider.certificateHasSubject('no PEM', DN, 'CN=client')).to.equal(false)
    expect(
      Reflect.apply(provider.certificateHasSubject, provider, [certificate, `${property}`, 'x']),
    ).to.equal(false)
  })
})
