import { readFileSync } from 'node:fs'
import { expect } from 'chai'

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')

describe('the dependencies of docs/architecture.md', () => {
  it('are those of the package, each with a reason', () => {
    const [, section = ''] = read('docs/architecture.md').split('\n## Dependencies\n')
    const explained = [...section.matchAll(/^\| `([^`]+)` \| [^|]+ \| [^|]{20,} \|$/gm)].map(
      ([, name]) => name,
    )

    expect(explained).to.have.members(Object.keys(JSON.parse(read('package.json')).dependencies))
  })

  it('are optional where only some hosts need them', () => {
    const { peerDependencies, peerDependenciesMeta } = JSON.parse(read('package.json'))

    for (const name of Object.keys(peerDependencies))
      expect(peerDependenciesMeta[name], name).to.deep.equal({ optional: true })
  })
})
