import { type Color, mix } from './color.ts'

const BLACK: Color = [0, 0, 0]
const WHITE: Color = [255, 255, 255]

/** @see WCAG 2.2, relative luminance */
function luminance([red, green, blue]: Color): number {
  const linear = (channel: number) => {
    const share = channel / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  }
  return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
}

/** 1 to 21. @see WCAG 2.2, contrast ratio */
export function contrast(one: Color, other: Color): number {
  const [darker = 0, lighter = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b)
  return (lighter + 0.05) / (darker + 0.05)
}

/** Black or white, whichever stands out more. */
export const opposite = (color: Color): Color =>
  contrast(color, BLACK) >= contrast(color, WHITE) ? BLACK : WHITE

/** The colour itself, or the nearest shade of it that has this contrast with what it stands on. */
export function readableOn(ground: Color, color: Color, least: number): Color {
  const end = opposite(ground)
  for (let share = 0; share < 1; share += 0.02) {
    const shade = mix(color, end, share)
    if (contrast(shade, ground) >= least) return shade
  }
  return end
}
