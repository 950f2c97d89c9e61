import { expect } from 'chai'
import { freshnessOf } from '../../lib/outgoing/freshness.ts'

const NOW = 1_800_000_000
const BOUNDS = { least: 60, most: 3600 }
const inSeconds = (seconds: number) => new Date((NOW + seconds) * 1000).toUTCString()

describe('how long an answer may be kept (RFC 9111 §5.2.2, §5.3)', () => {
  for (const [title, headers, seconds] of [
    ['nothing is said', {}, 60],
    ['max-age', { 'cache-control': 'max-age=600' }, 600],
    ['max-age in quotes, in other letters, among others', { 'cache-control': 'public, Max-Age="600"' }, 600],
    ['max-age that is too short', { 'cache-control': 'max-age=0' }, 60],
    ['max-age that is too long', { 'cache-control': 'max-age=31536000' }, 3600],
    ['max-age without end', { 'cache-control': `max-age=${'9'.repeat(20)}` }, 3600],
    ['max-age of nothing, and Expires', { 'cache-control': 'max-age', expires: inSeconds(700) }, 700],
    [
      'max-age that is no number, and Expires',
      { 'cache-control': 'max-age=-1', expires: inSeconds(700) },
      700,
    ],
    ['s-maxage, which is for others', { 'cache-control': 's-maxage=600' }, 60],
    ['no-store', { 'cache-control': 'max-age=600, no-store' }, 60],
    ['no-cache before max-age', { 'cache-control': 'no-cache, max-age=600' }, 60],
    ['no-store, and Expires', { 'cache-control': 'no-store', expires: inSeconds(700) }, 60],
    ['Expires', { expires: inSeconds(700) }, 700],
    ['Expires that is over', { expires: inSeconds(-700) }, 60],
    ['Expires that is no date', { expires: '0' }, 60],
    ['max-age before Expires', { 'cache-control': 'max-age=600', expires: inSeconds(700) }, 600],
    ['a header without measure', { 'cache-control': `${' '.repeat(256)}, max-age=600` }, 60],
  ] as const) {
    it(`${title}: ${seconds} seconds`, () => {
      expect(freshnessOf(new Map(Object.entries(headers)), NOW, BOUNDS)).to.equal(seconds)
    })
  }
})
