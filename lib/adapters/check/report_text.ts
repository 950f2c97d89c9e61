import type { CheckedPromise, CheckReport } from './check_adapter.ts'

const WIDTH = 100
const FIELD = 15

/** A report for people: what is kept in a line for each method, what is missed with what to do about it. */
export function reportText(name: string, report: CheckReport): string {
  const { promises, notOffered } = report
  const missed = promises.filter(({ outcome }) => outcome === 'missed')
  const lines = [`${name}`, '']
  for (const [method, all] of byMethod(promises)) lines.push(...methodLines(method, all))
  if (notOffered.length > 0)
    lines.push(
      '',
      'Not offered. The documented contract does not ask for it, and this package makes use of it:',
    )
  for (const { offer, means, todo } of notOffered)
    lines.push('', `  - ${offer}`, ...field('what it means', means), ...field('what to do', todo))
  lines.push('', summary(promises.length, missed.length, notOffered.length))
  // One empty line is enough.
  return `${lines.join('\n').replaceAll('\n\n\n', '\n\n')}\n`
}

function byMethod(promises: readonly CheckedPromise[]): Map<string, CheckedPromise[]> {
  const methods = new Map<string, CheckedPromise[]>()
  for (const promise of promises)
    methods.set(promise.method, [...(methods.get(promise.method) ?? []), promise])
  return methods
}

function methodLines(method: string, all: readonly CheckedPromise[]): string[] {
  const missed = all.filter(({ outcome }) => outcome === 'missed')
  const verdict = missed.length === 0 ? `kept, ${all.length}` : `MISSED, ${missed.length} of ${all.length}`
  const lines = [`${missed.length === 0 ? '✔' : '✘'} ${method.padEnd(FIELD + 2)}${verdict}`]
  // What is to be done is said once for those that follow each other and need the same.
  for (const [index, { promise, error, means, todo }] of missed.entries()) {
    lines.push('', `  ✘ ${promise}`, ...field('what happened', error))
    if (missed[index + 1]?.todo === todo) continue
    lines.push(...field('what it means', means), ...field('what to do', todo), '')
  }
  return lines
}

/** A name and a text, in lines that fit. */
function field(name: string, text = ''): string[] {
  if (text === '') return []
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + word.length >= WIDTH - FIELD) {
      lines.push(line)
      line = ''
    }
    line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, line].map((part, index) => `    ${(index === 0 ? name : '').padEnd(FIELD)}${part}`)
}

function summary(all: number, missed: number, notOffered: number): string {
  const kept = missed === 0 ? `All ${all} promises were kept` : `${all - missed} of ${all} promises were kept`
  return notOffered === 0 ? `${kept}.` : `${kept}, ${notOffered} more not offered.`
}
