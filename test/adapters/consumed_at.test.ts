import { expect } from 'chai'
import { consumedAt } from '../../lib/adapters/consumed_at.ts'

const AT = 1_800_000_000

describe('when an entry was used, as adapters have kept it for years', () => {
  const cases: readonly [title: string, consumed: unknown, time: number | true | undefined][] = [
    ['nothing', undefined, undefined],
    ['null', null, undefined],
    ['false', false, undefined],
    ['0', 0, undefined],
    ['an empty text', '', undefined],
    ['a text of spaces', '  ', undefined],
    ['the text 0', ' 0 ', undefined],
    ['the text 0.0', '0.0', undefined],
    ['the text false', 'FALSE', undefined],
    ['seconds', AT, AT],
    ['seconds with a fraction', AT + 0.9, AT],
    ['milliseconds', AT * 1000 + 999, AT],
    ['the last number of seconds', 99_999_999_999, 99_999_999_999],
    ['the first number of milliseconds', 100_000_000_000, 100_000_000],
    ['milliseconds before 1970', -100_000_000_000, -100_000_000],
    ['seconds as text', String(AT), AT],
    ['milliseconds as text', String(AT * 1000), AT],
    ['a date as text', new Date(AT * 1000).toISOString(), AT],
    ['the beginning of 1970 as text', new Date(0).toISOString(), undefined],
    ['a Date', new Date(AT * 1000), AT],
    ['a Date that is none', new Date(Number.NaN), true],
    ['NaN', Number.NaN, true],
    ['Infinity', Number.POSITIVE_INFINITY, true],
    ['text that is no time', 'yes', true],
    ['true', true, true],
    ['an object', {}, true],
    ['a list', [], true],
  ]
  for (const [title, consumed, time] of cases) {
    it(`${title} is ${time === true ? 'some time' : (time ?? 'never')}`, () => {
      expect(consumedAt(consumed)).to.equal(time)
    })
  }
})
