import type { ScreenPalette } from '../../../types/screens/screens.ts'
import { type Color, formatColor, mix, parseColor } from '../../helpers/colors/color.ts'
import { contrast, opposite, readableOn } from '../../helpers/colors/contrast.ts'

/** What text needs, and what the edge of a control needs. @see WCAG 2.2 §1.4.3, §1.4.11 */
const TEXT = 4.5
const EDGE = 3

const FAULT: Color = [180, 35, 24]

/** The colours that everything follows from. */
export type BaseColors = Readonly<Record<keyof ScreenPalette, Color>>

const LIGHT = { accent: '#1d5bb8', page: '#f3f4f6', card: '#ffffff', text: '#1a2230' }
const DARK = { accent: '#8db8fb', page: '#10141a', card: '#1a2028', text: '#e9edf3' }

function read(hex: string): Color {
  const color = parseColor(hex)
  if (color === undefined) throw new TypeError(`${hex} is no colour`)
  return color
}

function complete(given: ScreenPalette, defaults: typeof LIGHT): BaseColors {
  const color = (name: keyof typeof LIGHT) => read(given[name] ?? defaults[name])
  const accent = color('accent')
  return {
    accent,
    onAccent: given.onAccent === undefined ? opposite(accent) : read(given.onAccent),
    page: color('page'),
    card: color('card'),
    text: color('text'),
  }
}

/** What the host gave, with what follows from it: the accent is the same in the dark, unless it says otherwise. */
export function baseColors(given: { light: ScreenPalette; dark: ScreenPalette }): {
  light: BaseColors
  dark: BaseColors
} {
  const { accent, onAccent } = given.light
  const carried = given.dark.accent === undefined && accent !== undefined ? { accent, onAccent } : {}
  return { light: complete(given.light, LIGHT), dark: complete({ ...carried, ...given.dark }, DARK) }
}

/** Pairs of a palette that are hard to read, in words. */
export function hardToRead(option: string, { accent, onAccent, card, text }: BaseColors): readonly string[] {
  const pairs: readonly [what: string, one: Color, other: Color][] = [
    [`${option}.onAccent on accent`, onAccent, accent],
    [`${option}.text on card`, text, card],
  ]
  return pairs
    .filter(([, one, other]) => contrast(one, other) < TEXT)
    .map(
      ([what, one, other]) =>
        `NOTICE: ${what} has a contrast of ${contrast(one, other).toFixed(1)}:1, people need ${TEXT}:1 to read it (WCAG 2.2 §1.4.3)`,
    )
}

/** Every colour of the stylesheet, as custom properties. */
export function customProperties({ accent, onAccent, page, card, text }: BaseColors): string {
  const sunken = mix(card, text, 0.04)
  const link = readableOn(sunken, accent, TEXT)
  const note = mix(card, link, 0.1)
  const fault = mix(card, FAULT, 0.12)
  const colors: Readonly<Record<string, Color>> = {
    page,
    card,
    text,
    sunken,
    quiet: readableOn(sunken, mix(text, card, 0.28), TEXT),
    line: mix(card, text, 0.14),
    edge: readableOn(card, mix(card, text, 0.5), EDGE),
    action: accent,
    'action-edge': readableOn(card, accent, EDGE),
    'on-action': onAccent,
    link,
    note,
    'note-text': readableOn(note, link, 7),
    fault,
    'fault-text': readableOn(fault, FAULT, 6),
  }
  return Object.entries(colors)
    .map(([name, color]) => `--${name}: ${formatColor(color)};`)
    .join(' ')
}
