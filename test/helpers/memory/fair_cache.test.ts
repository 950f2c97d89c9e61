import { expect } from 'chai'
import { FairCache } from '../../../lib/helpers/memory/fair_cache.ts'

const siteOf = (key: string) => key.split('/')[0] ?? ''

describe('a fair cache', () => {
  it('S35 strangers push out what is theirs, whatever they make up', () => {
    const cache = new FairCache<number>(10, siteOf)
    cache.set('honest/keys', 1)

    for (let n = 0; n < 1000; n += 1) cache.set(`evil/${n}`, n)

    expect(cache.get('honest/keys')).to.equal(1)
    expect(cache.get('evil/999')).to.equal(999)
    expect(cache.get('evil/0')).to.equal(undefined)
  })

  it('keeps what was used last', () => {
    const cache = new FairCache<number>(2, siteOf)
    cache.set('a/1', 1)
    cache.set('a/2', 2)
    cache.get('a/1')

    cache.set('a/3', 3)

    expect([cache.get('a/1'), cache.get('a/2'), cache.get('a/3')]).to.deep.equal([1, undefined, 3])
  })

  it('counts what is set again once', () => {
    const cache = new FairCache<number>(3, siteOf)
    for (let n = 0; n < 5; n += 1) cache.set('a/1', n)
    for (const key of ['b/1', 'b/2', 'b/3']) cache.set(key, 0)

    expect(['a/1', 'b/1', 'b/2', 'b/3'].map((key) => cache.get(key))).to.deep.equal([4, undefined, 0, 0])
  })

  it('forgets what is deleted', () => {
    const cache = new FairCache<number>(2, siteOf)
    cache.set('a/1', 1)
    cache.delete('a/1')
    cache.delete('a/1')

    expect(cache.get('a/1')).to.equal(undefined)
  })
})
