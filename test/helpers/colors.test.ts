import { expect } from 'chai'
import fc from 'fast-check'
import { type Color, formatColor, parseColor } from '../../lib/helpers/colors/color.ts'
import { contrast, opposite, readableOn } from '../../lib/helpers/colors/contrast.ts'

const channel = fc.integer({ min: 0, max: 255 })
const color: fc.Arbitrary<Color> = fc.tuple(channel, channel, channel)

function read(hex: string): Color {
  const found = parseColor(hex)
  if (found === undefined) throw new Error(`${hex} is no colour`)
  return found
}

describe('colours', () => {
  it('are read as they are written', () => {
    expect(parseColor('#06c')).to.deep.equal([0, 102, 204])
    expect(parseColor('#1D5bb8')).to.deep.equal([29, 91, 184])
    for (const text of [
      '',
      '#',
      '#12',
      '#1234',
      '#12345',
      '#1234567',
      '#12345g',
      '1d5bb8',
      ' #000',
      '#000\n',
    ])
      expect(parseColor(text), text).to.equal(undefined)
  })

  it('are written as they were read', () => {
    fc.assert(
      fc.property(color, (one) => {
        expect(parseColor(formatColor(one))).to.deep.equal(one)
      }),
    )
  })

  const contrasts: readonly [one: string, other: string, ratio: number][] = [
    ['#000000', '#ffffff', 21],
    ['#777777', '#ffffff', 4.48],
    ['#767676', '#ffffff', 4.54],
    ['#ff0000', '#ffffff', 4],
    ['#1d5bb8', '#1d5bb8', 1],
  ]
  for (const [one, other, ratio] of contrasts) {
    it(`${one} and ${other} have a contrast of ${ratio}:1, either way (WCAG 2.2, contrast ratio)`, () => {
      const first = read(one)
      const second = read(other)

      expect(contrast(first, second)).to.be.closeTo(ratio, 0.01)
      expect(contrast(second, first)).to.be.closeTo(ratio, 0.01)
    })
  }

  it('black or white can be read on any colour (WCAG 2.2 §1.4.3)', () => {
    fc.assert(
      fc.property(color, (one) => {
        expect(contrast(opposite(one), one)).to.be.at.least(4.5)
      }),
    )
  })

  it('a shade of any colour can be read on any other one (WCAG 2.2 §1.4.3)', () => {
    fc.assert(
      fc.property(color, color, (ground, one) => {
        expect(contrast(readableOn(ground, one, 4.5), ground)).to.be.at.least(4.5)
      }),
    )
  })

  it('what can be read already stays as it is', () => {
    expect(readableOn([255, 255, 255], [29, 91, 184], 4.5)).to.deep.equal([29, 91, 184])
  })
})
