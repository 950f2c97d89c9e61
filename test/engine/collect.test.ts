import { IncomingMessage } from 'node:http'
import { Socket } from 'node:net'
import { expect } from 'chai'
import { collect } from '../../lib/engine/collect.ts'

/** A body that arrives in these pieces. */
function bodyOf(...pieces: unknown[]): IncomingMessage {
  const req = new IncomingMessage(new Socket())
  setImmediate(() => {
    for (const piece of pieces) req.emit('data', piece)
    req.emit('end')
  })
  return req
}
const bytes = (text: string) => Buffer.from(text)
const outcomeOf = (pending: Promise<Uint8Array>) =>
  pending.then(
    (body) => Buffer.from(body).toString(),
    (error: unknown) => String(error),
  )

describe('a body that is collected (RFC 9112 §6)', () => {
  for (const [title, pieces, outcome] of [
    ['nothing', [], ''],
    ['one piece', [bytes('abc')], 'abc'],
    ['several pieces, whole', [bytes('ab'), bytes('cd'), bytes('ef')], 'abcdef'],
    ['as much as it may be', [bytes('ab'), bytes('cdef')], 'abcdef'],
    ['more in one piece', [bytes('abcdefg')], 'TooLong: the body is longer than 6 bytes'],
    ['more in several', [bytes('abc'), bytes('def'), bytes('g')], 'TooLong: the body is longer than 6 bytes'],
    ['text', ['abc'], 'TypeError: the body has been decoded already'],
  ] as const) {
    it(`is ${title}: "${outcome}"`, async () => {
      expect(await outcomeOf(collect(bodyOf(...pieces), 6))).to.equal(outcome)
    })
  }

  it('that breaks off, or fails, is none', async () => {
    const [broken, failed] = [new IncomingMessage(new Socket()), new IncomingMessage(new Socket())]
    const outcomes = [outcomeOf(collect(broken, 6)), outcomeOf(collect(failed, 6))]
    broken.emit('close')
    failed.emit('error', new Error('ECONNRESET'))

    expect(await Promise.all(outcomes)).to.deep.equal(['Error: the body broke off', 'Error: ECONNRESET'])
  })
})
