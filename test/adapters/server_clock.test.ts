import { expect } from 'chai'
import { ServerClock } from '../../lib/adapters/server_clock.ts'

/** Answers, one after the other: when they were asked for, what the server's clock said, and when they came. */
type Answers = readonly (readonly [sent: number, theirs: number, received: number])[]

const START = 1_000_000
/** It is 400 to 501 ms ahead. */
const FIRST = [START, START + 500, START + 100] as const

const LEARNT: readonly [what: string, answers: Answers, ahead: number | undefined][] = [
  ['nothing as long as there was no answer', [], undefined],
  ['the least that is possible: its time was read when the answer came at the latest', [FIRST], 400],
  ['more where an answer came faster', [FIRST, [START + 200, START + 650, START + 210]], 440],
  ['nothing less where an answer came slower', [FIRST, [START + 200, START + 700, START + 500]], 400],
  ['still the first in the very same millisecond', [FIRST, [START + 50, START + 450, START + 100]], 400],
  ['nothing else where both agree', [FIRST, [START + 200, START + 700, START + 300]], 400],
  ['anew where its clock was set back', [FIRST, [START + 200, START + 250, START + 300]], -50],
  [
    'still the first where its clock may have been a millisecond behind',
    [FIRST, [START + 200, START + 599, START + 300]],
    400,
  ],
  ['anew where its clock cannot be that far ahead', [FIRST, [START + 200, START + 598, START + 300]], 298],
  ['anew where its clock was set forward', [FIRST, [START + 200, START + 9000, START + 300]], 8700],
  ['still the first within a minute', [FIRST, [START + 60_000, START + 60_450, START + 60_099]], 400],
  ['anew after a minute, for clocks drift', [FIRST, [START + 60_000, START + 60_450, START + 60_100]], 350],
  ['anew where our clock was set back', [FIRST, [START - 900, START - 450, START - 800]], 350],
  [
    'that it is a minute old from the last time it was learnt',
    [
      FIRST,
      [START + 70_000, START + 70_450, START + 70_100],
      [START + 100_000, START + 100_440, START + 100_100],
    ],
    350,
  ],
]

describe('what adapters learn of the clock of a server', () => {
  for (const [what, answers, ahead] of LEARNT) {
    it(`is ${what}`, () => {
      const clock = new ServerClock()
      for (const [sent, theirs, received] of answers) clock.learn(sent, theirs, received)

      expect(clock.ahead).to.equal(ahead)
    })
  }
})
