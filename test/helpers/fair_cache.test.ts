import { expect } from 'chai'
import { FairCache } from '../../lib/helpers/fair_cache.ts'

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

  it('forgets what is deleted', () => {
    const cache = new FairCache<number>(2, siteOf)
    cache.set('a/1', 1)
    cache.delete('a/1')
    cache.delete('a/1')

    expect(cache.get('a/1')).to.equal(undefined)
  })
})
