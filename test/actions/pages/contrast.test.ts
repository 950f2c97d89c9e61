import { expect } from 'chai'
import { plainAppearance } from '../../../lib/actions/pages/make_screens.ts'

type Palette = ReadonlyMap<string, string>

const [light = '', dark = ''] = plainAppearance().look.stylesheet.match(/:root \{[^}]*\}/g) ?? []
const read = (block: string): Palette =>
  new Map(
    [...block.matchAll(/--([a-z-]+): (#[0-9a-f]{6});/g)].map(([, name = '', value = '']) => [name, value]),
  )

/** @see WCAG 2.2, definition of relative luminance */
function luminance(colour: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5]
    .map((start) => Number.parseInt(colour.slice(start, start + 2), 16) / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
  return 0.2126 * r + 0.7152 * g + 0.0722 * b
}

/** @see WCAG 2.2, definition of contrast ratio */
function contrast(palette: Palette, one: string, other: string): number {
  const [low = 0, high = 0] = [one, other]
    .map((name) => {
      const colour = palette.get(name)
      if (colour === undefined) throw new Error(`the palette has no ${name}`)
      return luminance(colour)
    })
    .sort((a, b) => a - b)
  return (high + 0.05) / (low + 0.05)
}

const TEXT: readonly [text: string, ground: string][] = [
  ['text', 'card'],
  ['text', 'sunken'],
  ['quiet', 'card'],
  ['quiet', 'sunken'],
  ['link', 'card'],
  ['link', 'sunken'],
  ['on-action', 'action'],
  ['note-text', 'note'],
  ['fault-text', 'fault'],
]
const SHAPES: readonly [shape: string, ground: string][] = [
  ['edge', 'card'],
  ['action-edge', 'card'],
  ['link', 'card'],
  ['fault-text', 'card'],
]

describe('colours of pages', () => {
  for (const [name, palette] of [
    ['light', read(light)],
    ['dark', read(dark)],
  ] as const) {
    for (const [text, ground] of TEXT) {
      it(`${name}: ${text} on ${ground} is readable (WCAG 2.2 §1.4.3, AA)`, () => {
        expect(contrast(palette, text, ground)).to.be.at.least(4.5)
      })
    }
    for (const [shape, ground] of SHAPES) {
      it(`${name}: ${shape} stands out from ${ground} (WCAG 2.2 §1.4.11, AA)`, () => {
        expect(contrast(palette, shape, ground)).to.be.at.least(3)
      })
    }
  }
})
