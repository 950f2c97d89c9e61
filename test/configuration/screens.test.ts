import { expect } from 'chai'
import { developmentKeys } from '../../lib/helpers/jose/development_keys.ts'
import Provider, { type ScreensConfiguration } from '../../lib/index.ts'

import { recordingLogger } from './recording_logger.ts'

/** Made once: that takes a while. */
const JWKS = developmentKeys()

/** A provider with these screens, and what its operator was told about them. */
function construct(screens: unknown): readonly string[] {
  const logger = recordingLogger()
  new Provider('https://op.example.com', { logger, jwks: JWKS, ...Object({ screens }) })
  return logger.infos.filter((message) => message.includes('screens.'))
}

const WRONG: readonly (readonly [what: string, screens: unknown, message: RegExp])[] = [
  ['no object', 'blue', /^screens must be an object$/],
  ['an unknown member', { colour: {} }, /^screens\.colour is not known, did you mean screens\.colors\?$/],
  [
    'an unknown member like no other',
    { zzzzzzzzzzzz: 1 },
    /is not known, there are languages, defaultLanguage, texts, colors, logo$/,
  ],
  ['languages that are no list', { languages: 'de' }, /^screens\.languages must be an Array or a Set$/],
  ['no language', { languages: [] }, /^screens\.languages must name at least one language$/],
  [
    'a language that is none',
    { languages: ['d_e'] },
    /^screens\.languages has 'd_e', which must be a language tag/,
  ],
  [
    'a language without texts',
    { languages: ['it'] },
    /^screens\.languages has 'it', which has no texts: .*screens\.texts\['it'\]$/,
  ],
  [
    'a default language that is not offered',
    { languages: ['de'], defaultLanguage: 'fr' },
    /^screens\.defaultLanguage is 'fr', but pages are offered in de$/,
  ],
  [
    'a default language that is none',
    { defaultLanguage: 1 },
    /^screens\.defaultLanguage must be a language tag/,
  ],
  ['texts that are no object', { texts: [] }, /^screens\.texts must be an object$/],
  [
    'texts of no language',
    { texts: { 'not a tag': {} } },
    /^screens\.texts has 'not a tag', which must be a language tag/,
  ],
  [
    'texts of an unknown screen',
    { texts: { de: { logot: {} } } },
    /^screens\.texts\.de\.logot is not known, did you mean screens\.texts\.de\.logout\?$/,
  ],
  [
    'an unknown text',
    { texts: { de: { logout: { titel: 'Abmelden' } } } },
    /^screens\.texts\.de\.logout\.titel is not known, did you mean screens\.texts\.de\.logout\.title\?$/,
  ],
  [
    'an empty text',
    { texts: { de: { logout: { title: ' ' } } } },
    /^screens\.texts\.de\.logout\.title must be a text that is not empty$/,
  ],
  [
    'a text with a blank that nothing fills',
    { texts: { de: { logout: { question: 'Von {client} abmelden?' } } } },
    /^screens\.texts\.de\.logout\.question has \{client\}, but \{host\} is filled in$/,
  ],
  [
    'a blank where none is',
    { texts: { de: { logout: { title: '{ host }' } } } },
    /^screens\.texts\.de\.logout\.title has \{ host \}, but nothing is filled in$/,
  ],
  ['an unknown palette', { colors: { night: {} } }, /^screens\.colors\.night is not known/],
  [
    'an unknown colour',
    { colors: { light: { acent: '#000' } } },
    /^screens\.colors\.light\.acent is not known, did you mean screens\.colors\.light\.accent\?$/,
  ],
  ...['red', '#12', '#12345g', '#1d5bb8ff', 'url(x)', '#000;}', 7].map(
    (accent) =>
      [
        `the colour ${accent}`,
        { colors: { dark: { accent } } },
        /^screens\.colors\.dark\.accent must be a colour as #rrggbb or #rgb$/,
      ] as const,
  ),
  ...[
    'http://example.com/logo.svg',
    '//example.com/logo.svg',
    '/\\example.com/logo.svg',
    'logo.svg',
    'javascript:alert(1)',
    'data:text/html,x',
    'data:image/svg+xml,<svg>a b</svg>',
    'https://example.com/a b.svg',
    'https://',
    'https://[',
    '/logo.svg 2x, /other.svg',
    '',
    7,
  ].map(
    (src) =>
      [
        `the logo ${src}`,
        { logo: { src } },
        /^screens\.logo\.src must be a URL over https, a path such as '\/logo\.svg', or a data: URL of an image/,
      ] as const,
  ),
  [
    'a logo for the dark that is none',
    { logo: { src: '/a', dark: 'b' } },
    /^screens\.logo\.dark must be a URL/,
  ],
  ['a logo that says no text', { logo: { src: '/a', alt: 1 } }, /^screens\.logo\.alt must be a text$/],
  ['a logo without a source', { logo: {} }, /^screens\.logo\.src must be a URL/],
  ['an unknown member of a logo', { logo: { src: '/a', href: '/' } }, /^screens\.logo\.href is not known/],
]

/** As a host in TypeScript writes it: the texts of all screens are known to the types. */
const TYPED: ScreensConfiguration = {
  languages: ['en', 'it'],
  defaultLanguage: 'it',
  texts: {
    it: {
      common: { signIn: 'Accedi' },
      device: { code: 'Codice' },
      // @ts-expect-error the types know that there is no such text
      logout: { tilte: undefined },
    },
  },
  colors: { light: { accent: '#0f766e' } },
  logo: { src: '/logo.svg', alt: 'Example Inc.' },
}

describe('the option screens', () => {
  it('knows its texts by their types, and by their names where nobody checks types', () => {
    expect(() => construct(TYPED)).to.throw(
      /^screens\.texts\.it\.logout\.tilte is not known, did you mean .*\.title\?$/,
    )
  })

  for (const [what, screens, message] of WRONG) {
    it(`refuses ${what}`, () => {
      expect(() => construct(screens)).to.throw(TypeError, message)
    })
  }

  for (const [what, screens] of [
    ['nothing', undefined],
    ['an empty object', {}],
    [
      'members without a value',
      { languages: undefined, texts: { de: undefined }, colors: undefined, logo: undefined },
    ],
    ['a text without a value', { texts: { de: { logout: { title: undefined } } } }],
    ['a region of a language', { languages: ['de-AT', 'pt-br'], texts: { 'pt-BR': undefined, pt: {} } }],
    ['texts of a feature that is off', { texts: { fr: { device: { title: 'Ma télé' } } } }],
    ['a logo of any kind', { logo: '/logo.svg?v=1' }],
    ['a logo as data', { logo: 'data:image/svg+xml;base64,PHN2Zy8+' }],
    ['a logo by https', { logo: 'https://example.com/logo.svg' }],
    ['short colours', { colors: { light: { accent: '#06c' }, dark: { card: '#000' } } }],
  ] as const) {
    it(`takes ${what}`, () => {
      expect(() => construct(screens)).to.not.throw()
    })
  }

  it('tells of text on a button that is hard to read (WCAG 2.2 §1.4.3)', () => {
    const notices = construct({ colors: { light: { accent: '#ffd400', onAccent: '#ffffff' } } })

    expect(notices[0]).to.match(
      /^NOTICE: screens\.colors\.light\.onAccent on accent has a contrast of 1\.4:1/,
    )
  })

  it('tells of text on a card that is hard to read (WCAG 2.2 §1.4.3)', () => {
    const notices = construct({ colors: { dark: { card: '#777777', text: '#888888' } } })

    expect(notices).to.have.lengthOf(1)
    expect(notices[0]).to.match(/^NOTICE: screens\.colors\.dark\.text on card/)
  })

  it('says nothing of an accent alone, whatever it is: the text on it follows', () => {
    for (const accent of ['#ffd400', '#767676', '#0ea5e9', '#ff0000', '#000000', '#ffffff'])
      expect(construct({ colors: { light: { accent } } })).to.deep.equal([])
  })

  it('says nothing of an accent that the dark has for itself: the text on it follows that one', () => {
    const colors = { light: { accent: '#000000', onAccent: '#ffffff' }, dark: { accent: '#ffd400' } }

    expect(construct({ colors })).to.deep.equal([])
  })

  it('tells which texts a language of your own lacks', () => {
    const [notice] = construct({ texts: { it: { common: { signIn: 'Accedi' } } } })

    expect(notice).to.match(
      /^NOTICE: screens\.texts\['it'\] lacks common\.continue, .* and \d+ more: shown in en$/,
    )
    expect(notice).to.not.include('common.signIn,')
  })

  it('says nothing of some texts for a language, or for a region of one, that the others are there in', () => {
    const logout = { title: 'Tschüss' }

    expect(construct({ texts: { de: { logout }, 'de-AT': { logout } } })).to.deep.equal([])
  })
})
