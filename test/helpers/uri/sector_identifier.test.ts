import { expect } from 'chai'
import { sectorDocumentProblem } from '../../../lib/helpers/uri/sector_identifier.ts'

const URIS = ['https://a.example.com/cb', 'https://b.example.com/cb']
const CLIENT = { client_id: 'a', redirect_uris: URIS, subject_type: 'pairwise' as const }
const DEVICE_CLIENT = {
  client_id: 'b',
  redirect_uris: [],
  subject_type: 'pairwise' as const,
  grant_types: ['urn:ietf:params:oauth:grant-type:device_code'],
  jwks_uri: 'https://a.example.com/jwks',
}

describe('the document behind sector_identifier_uri (OpenID Connect Core 1.0 §8.1)', () => {
  for (const [title, document, problem] of [
    ['an object', { ...URIS }, /JSON array/],
    ['null', null, /JSON array/],
    ['text', URIS.join(), /JSON array/],
    ['an array with a number', [...URIS, 1], /array of strings/],
    ['an array without one of the redirect URIs', URIS.slice(1), /all registered redirect_uris/],
    [
      'an array that only begins like a redirect URI',
      [URIS[0], `${URIS[1]}/`],
      /all registered redirect_uris/,
    ],
    ['an empty array', [], /all registered redirect_uris/],
  ] as const) {
    it(`J15 A052 refuses ${title}`, () => {
      expect(sectorDocumentProblem(document, CLIENT)).to.match(problem)
    })
  }

  it('A052 accepts one with all redirect URIs, and others', () => {
    expect(sectorDocumentProblem([...URIS, 'https://c.example.com'], CLIENT)).to.equal(undefined)
  })

  it('A052 wants jwks_uri of clients that reach people without a redirect', () => {
    expect(sectorDocumentProblem(URIS, DEVICE_CLIENT)).to.match(/registered jwks_uri/)
    expect(sectorDocumentProblem([DEVICE_CLIENT.jwks_uri], DEVICE_CLIENT)).to.equal(undefined)
  })

  it('A052 wants jwks_uri of those that reach people both ways', () => {
    const both = { ...DEVICE_CLIENT, redirect_uris: [...URIS] }
    expect(sectorDocumentProblem([...URIS], both)).to.match(/registered jwks_uri/)
    expect(sectorDocumentProblem([...URIS, both.jwks_uri], both)).to.equal(undefined)
  })

  it('A052 wants jwks_uri of any that has no redirect URI: a list without it says nothing about the client', () => {
    const service = { ...DEVICE_CLIENT, grant_types: ['client_credentials'] }
    expect(sectorDocumentProblem([], service)).to.match(/registered jwks_uri/)
    expect(sectorDocumentProblem([...URIS], { ...service, jwks_uri: undefined })).to.match(
      /registered jwks_uri/,
    )
    expect(sectorDocumentProblem([service.jwks_uri], service)).to.equal(undefined)
    expect(sectorDocumentProblem([], { ...service, subject_type: 'public' as const })).to.equal(undefined)
  })
})
