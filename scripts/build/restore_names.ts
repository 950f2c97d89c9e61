import { appendFileSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from './entries.ts'

/** A function or class at the top level: its name ends with a digit, or it is a class that got a name of its own inside. */
const RENAMED =
  /^(?:async )?function\*? (\w+\d)\(|^var (\w+\d) = (?:async )?(?:class\b|function\b|\(|\w+ =>)|^var (\w+) = class _\w+/gm

const filesOf = (folder: string, extension: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(extension))
    .map((name) => join(folder, name))

/** Every word of the sources. */
function wordsOfSources(): Set<string> {
  const texts = filesOf(join(ROOT, 'lib'), '.ts').map((file) => readFileSync(file, 'utf8'))
  return new Set(texts.flatMap((text) => text.match(/\w+/g) ?? []))
}

/** What a name was before digits were put behind it; its own where none were. */
function originalOf(name: string, words: ReadonlySet<string>): string {
  for (let end = name.length; end > 0; end -= 1) {
    if (words.has(name.slice(0, end))) return name.slice(0, end)
    if (!/\d/.test(name.charAt(end - 1))) break
  }
  throw new Error(`${name} was in no source, and is none with digits behind it`)
}

/**
 * Where two files declare one name, joining them renames the second; a class that refers to itself is called `_Session`
 * inside. Whoever listens to steps or reads an error sees such names, so each gets its own again.
 */
export function restoreNames(folder: string): void {
  const words = wordsOfSources()
  for (const file of filesOf(join(folder, 'lib'), '.js')) {
    const restored = [...readFileSync(file, 'utf8').matchAll(RENAMED)].flatMap(
      ([, declared, assigned, reflexive]) => {
        const name = declared ?? assigned ?? reflexive ?? ''
        const original = originalOf(name, words)
        return original === name && reflexive === undefined ? [] : [`  [${name}, '${original}'],\n`]
      },
    )
    if (restored.length === 0) continue
    const loop = `for (const [named, value] of [\n${restored.join('')}])\n  Object.defineProperty(named, 'name', { value });\n`
    appendFileSync(file, `\n// Names that joining files changed.\n${loop}`)
  }
}
