import { expect } from 'chai'
import { acceptedLanguages, wantedLocales } from '../../lib/helpers/languages/accept_language.ts'
import { chooseLanguage } from '../../lib/helpers/languages/choose_language.ts'
import { directionOf, languageTag } from '../../lib/helpers/languages/language_tag.ts'

const OFFERED = ['ar', 'de', 'de-AT', 'en', 'pt-BR', 'zh-Hans', 'zh-Hant']

describe('languages', () => {
  const choices: readonly [wanted: readonly string[], chosen: string | undefined][] = [
    [['de'], 'de'],
    [['DE-at'], 'de-AT'],
    [['de-CH'], 'de'],
    [['de-Latn-AT-1996'], 'de'],
    [['nl', 'ar-EG', 'de'], 'ar'],
    [['pt'], 'pt-BR'],
    [['pt-PT'], 'pt-BR'],
    [['zh-TW'], 'zh-Hant'],
    [['zh-SG'], 'zh-Hans'],
    [['zh-HK', 'en'], 'zh-Hant'],
    [['sr'], undefined],
    [['*'], undefined],
    [['', ' ', 'd_e', '../de', 'de<script>', 'x'.repeat(4096), `de${'-x'.repeat(500)}`, 'en'], 'en'],
    [[], undefined],
  ]
  for (const [wanted, chosen] of choices) {
    it(`for ${JSON.stringify(wanted).slice(0, 60)} ${chosen} is chosen (RFC 4647 §3.4)`, () => {
      expect(chooseLanguage(wanted, OFFERED)).to.equal(chosen)
    })
  }

  const headers: readonly [header: string, languages: readonly string[]][] = [
    ['de', ['de']],
    ['fr;q=0.3, de;q=0.8, en', ['en', 'de', 'fr']],
    ['da, en-gb;q=0.8, en;q=0.7', ['da', 'en-gb', 'en']],
    ['de;q=0, en', ['en']],
    ['de;q=x, en', ['en']],
    [' de ; q=0.5 ,, ;q=1, en ', ['en', 'de']],
    ['', []],
  ]
  for (const [header, languages] of headers) {
    it(`Accept-Language: ${header} means ${languages} (RFC 9110 §12.5.4)`, () => {
      expect(acceptedLanguages(header)).to.deep.equal(languages)
    })
  }

  it('of a list without end the first ones count', () => {
    expect(acceptedLanguages('de,'.repeat(10_000))).to.have.length.at.most(30)
    expect(wantedLocales('de '.repeat(10_000))).to.have.length.at.most(30)
  })

  it('ui_locales are separated by spaces (OpenID Connect Core 1.0 §3.1.2.1)', () => {
    expect(wantedLocales('fr-CA fr  en')).to.deep.equal(['fr-CA', 'fr', 'en'])
    expect(wantedLocales(undefined)).to.deep.equal([])
  })

  it('tags are written one way (RFC 5646 §2.1.1)', () => {
    expect(['PT-br', 'zh-hANS-cn', 'iw', 'de-u-nu-latn'].map(languageTag)).to.deep.equal([
      'pt-BR',
      'zh-Hans-CN',
      'he',
      'de',
    ])
  })

  for (const tag of ['ar', 'ar-EG', 'he', 'fa', 'ur', 'az-Arab', 'dv', 'ks']) {
    it(`${tag} is written from right to left`, () => {
      expect(directionOf(tag)).to.equal('rtl')
    })
  }
  for (const tag of ['en', 'de-AT', 'ja', 'az', 'ks-Deva', 'ar-Latn']) {
    it(`${tag} is written from left to right`, () => {
      expect(directionOf(tag)).to.equal('ltr')
    })
  }
})
