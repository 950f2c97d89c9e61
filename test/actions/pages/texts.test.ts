import { expect } from 'chai'
import { PAGE_TEXTS } from '../../../lib/actions/pages/make_screens.ts'
import { developmentTexts } from '../../../lib/development/screens/texts.ts'
import { LANGUAGES, type Texts } from '../../../lib/engine/screens/texts.ts'
import { FEATURES } from '../../../lib/features/index.ts'
import { blanksOf } from '../../../lib/helpers/http/fill_in.ts'

const ALL: readonly Texts<object>[] = [
  ...PAGE_TEXTS,
  ...FEATURES.flatMap(({ texts = [] }) => texts),
  developmentTexts,
]

const read = (texts: object): ReadonlyMap<string, unknown> => new Map(Object.entries(texts))
const blanks = (text: unknown) => [...blanksOf(String(text))].sort()

/** What a language that is written in its own script cannot be without. */
const SCRIPTS: Readonly<Record<string, RegExp>> = {
  ar: /\p{Script=Arab}/u,
  ja: /[\p{Script=Hira}\p{Script=Kana}\p{Script=Han}]/u,
}

describe('texts of the screens', () => {
  it('are found under one name each', () => {
    const names = ALL.map(({ screen }) => screen)

    expect(new Set(names).size).to.equal(names.length)
    expect(names).to.include.members(['common', 'error', 'login', 'consent', 'device', 'logout'])
  })

  for (const { screen, in: texts } of ALL) {
    const english = read(texts.en)

    for (const language of LANGUAGES) {
      const own = read(texts[language])

      it(`${screen}: are all there in ${language}, and none besides`, () => {
        expect([...own.keys()].sort()).to.deep.equal([...english.keys()].sort())
        for (const [name, text] of own) expect(String(text).trim(), name).to.equal(text).and.not.equal('')
      })

      it(`${screen}: have the same blanks in ${language} as in English, well formed`, () => {
        for (const [name, text] of own) {
          expect(blanks(text), name).to.deep.equal(blanks(english.get(name)))
          expect(String(text).replaceAll(/\{\w+\}/g, ''), name).to.not.match(/[{}<>]/)
        }
      })

      it(`${screen}: end like sentences in ${language} where they do in English`, () => {
        const isSentence = (text: unknown) => /[.。؟?？؛:：]$/.test(String(text))
        for (const [name, text] of own) {
          if (name === 'notYou' || name === 'signInFor' || name === 'who') continue
          if (isSentence(english.get(name))) expect(isSentence(text), `${name}: ${text}`).to.equal(true)
        }
      })

      const script = SCRIPTS[language]
      if (script === undefined) continue
      it(`${screen}: are written in the script of ${language}`, () => {
        for (const [name, text] of own) expect(text, name).to.match(script)
      })
    }

    it(`${screen}: address people formally in German`, () => {
      for (const [name, text] of read(texts.de)) {
        expect(text, name).to.not.match(/\b(?:du|dich|dir|dein|deine|deinem|deinen|deiner)\b/i)
      }
    })

    it(`${screen}: use no space that breaks before a sign in French`, () => {
      for (const [name, text] of read(texts.fr)) expect(text, name).to.not.match(/ [?!:;»]|« /)
    })

    it(`${screen}: call signing in one thing`, () => {
      for (const [name, text] of english)
        expect(text, name).to.not.match(/\blog(?:ged|ging)?[ -](?:in|out|on|off)\b/i)
    })
  }
})
