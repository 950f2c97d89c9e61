import { expect } from 'chai'
import {
  contentSecurityPolicy,
  hashSource,
  sourceOf,
} from '../../../lib/helpers/http/content_security_policy.ts'

describe('page policy (Content Security Policy Level 3)', () => {
  for (const source of [
    "'self'; script-src *",
    'https://a.example, default-src *',
    "'self' *",
    '',
    'a\r\nset-cookie:x',
  ]) {
    it(`refuses ${JSON.stringify(source)} as a source`, () => {
      expect(() => contentSecurityPolicy({ formActions: [source] })).to.throw(TypeError, 'form-action')
    })
  }

  it('allows nothing but forms to this provider unless told otherwise', () => {
    expect(contentSecurityPolicy()).to.equal(
      "default-src 'none'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'",
    )
  })

  it('names what a page needs, each once', () => {
    const policy = contentSecurityPolicy({
      styles: ["'sha256-a'"],
      scripts: ["'sha256-b'"],
      images: ['https://a.example'],
      frames: ['https://b.example', 'https://b.example'],
      formActions: ["'self'", 'https://a.example', 'https://a.example'],
    })

    expect(policy).to.equal(
      "default-src 'none'; style-src 'sha256-a'; script-src 'sha256-b'; img-src https://a.example; frame-src https://b.example; form-action 'self' https://a.example; frame-ancestors 'none'; base-uri 'none'",
    )
  })

  it('forbids forms on a page that has none', () => {
    expect(contentSecurityPolicy({ formActions: [] })).to.include("form-action 'none'")
  })

  it('hashes as browsers do (§2.3.1)', () => {
    // From the introduction of hash sources in Content Security Policy Level 2 §4.2.5.
    expect(hashSource("alert('Hello, world.');")).to.equal(
      "'sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng='",
    )
  })

  const sources: readonly [uri: string, source: string][] = [
    ['https://rp.example.com/cb?x=1', 'https://rp.example.com'],
    ['http://localhost:3001/cb', 'http://localhost:3001'],
    ['http://127.0.0.1:51004/cb', 'http://127.0.0.1:51004'],
    // A policy cannot name an IPv6 address. RFC 8252 §7.3
    ['http://[::1]:51004/cb', 'http:'],
    ['com.example.app:/cb', 'com.example.app:'],
    ['com.example.app://host/cb', 'com.example.app:'],
    ["https://a'none';b.example/cb", 'https:'],
  ]
  for (const [uri, source] of sources) {
    it(`covers ${uri} by ${source} (RFC 8252 §7.1)`, () => {
      expect(sourceOf(uri)).to.equal(source)
    })
  }

  it('has no form-action for a page whose form nobody fills in', () => {
    expect(contentSecurityPolicy({ formActions: 'anywhere' })).to.not.include('form-action')
  })
})
