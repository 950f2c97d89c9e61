import { expect } from 'chai'
import sinon from 'sinon'
import { OutgoingRequestFailed } from '../../lib/outgoing/outgoing_request_failed.ts'
import { RemoteKeySets } from '../../lib/outgoing/remote_key_sets.ts'

const URI = 'https://rp.example.com/jwks'
const HEADERS = new Map([['cache-control', 'max-age=600']])

/** Key sets whose server answers, or fails, as it is told. */
function keptFrom(answers: (Error | 'keys' | 'nonsense')[]) {
  let asked = 0
  const sets = new RemoteKeySets(async () => {
    const answer = answers[asked] ?? 'keys'
    asked += 1
    if (answer instanceof Error) throw answer
    return { value: answer === 'keys' ? { keys: [] } : 'nonsense', headers: HEADERS }
  })
  return { sets, asked: () => asked }
}

const out = (isTemporary: boolean) => new OutgoingRequestFailed(URI, 'no answer', undefined, isTemporary)
const failed = (pending: Promise<unknown>) =>
  pending.then(
    () => 'had',
    () => 'failed',
  )

describe('key sets that are kept (RFC 7591 §2, RFC 9111 §4)', () => {
  let clock: sinon.SinonFakeTimers
  beforeEach(() => {
    clock = sinon.useFakeTimers({ now: 1_800_000_000_000, toFake: ['Date'] })
  })
  afterEach(() => clock.restore())
  const pass = (seconds: number) => clock.setSystemTime(Date.now() + seconds * 1000)

  it('are asked for once while they are fresh, by however many at once', async () => {
    const { sets, asked } = keptFrom([])
    const both = await Promise.all([sets.get(URI), sets.get(URI)])
    pass(599)

    expect(both[0]).to.equal(both[1])
    expect(await sets.get(URI)).to.equal(both[0])
    expect(asked()).to.equal(1)
    pass(1)
    await sets.get(URI)
    expect(asked()).to.equal(2)
  })

  it('are not asked for again shortly after a failure, unless somebody wants just that', async () => {
    const { sets, asked } = keptFrom([out(true), out(true)])

    expect(await failed(sets.get(URI))).to.equal('failed')
    expect(await failed(sets.get(URI))).to.equal('failed')
    expect(asked()).to.equal(1)
    expect(await failed(sets.reload(URI))).to.equal('failed')
    expect(asked()).to.equal(2)
    expect(await failed(sets.reload(URI))).to.equal('had')
    expect(asked()).to.equal(3)
  })

  for (const [title, failure, outcome] of [
    ['is out of reach', out(true), 'had'],
    ['says that they are gone', out(false), 'failed'],
    ['fails in a way that nobody foresaw', new Error('no'), 'failed'],
    ['answers something else', 'nonsense', 'failed'],
  ] as const) {
    it(`are ${outcome === 'had' ? 'used' : 'not used'} beyond their freshness where their server ${title}`, async () => {
      const { sets } = keptFrom(['keys', failure])
      await sets.get(URI)
      pass(601)

      expect(await failed(sets.get(URI))).to.equal(outcome)
    })
  }

  it('are asked for once more for a key that is not there, then not for a while', async () => {
    const { sets, asked } = keptFrom([])
    const known = await sets.get(URI)
    const newer = await sets.getNewer(URI, known)

    expect(newer).to.not.equal(undefined).and.not.equal(known)
    expect(await sets.getNewer(URI, known)).to.equal(newer)
    if (newer === undefined) throw new Error('there is none')
    expect(await sets.getNewer(URI, newer)).to.equal(undefined)
    expect(asked()).to.equal(2)
  })

  it('S35 are pushed out neither by key sets of strangers that can be had, nor by those that cannot', async () => {
    let isDown = false
    const sets = new RemoteKeySets(async (uri) => {
      if (isDown || uri.includes('down')) throw out(true)
      return { value: { keys: [] }, headers: HEADERS }
    })
    const known = await sets.get(URI)
    for (let n = 0; n < 2500; n += 1) {
      await sets.get(`https://${n}.evil.example/jwks`)
      await failed(sets.get(`https://rp.down${n}.example/jwks`))
    }
    isDown = true
    pass(601)

    expect(await sets.get(URI)).to.equal(known)
  })
})
