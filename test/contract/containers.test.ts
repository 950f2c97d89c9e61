import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { expect } from 'chai'
import { ValidationSeverity, type ValidatorSettings, validate } from 'dockerfile-utils'

const ROOT = join(import.meta.dirname, '../..')
const EXAMPLE = 'example/development_server/Dockerfile'

const { ERROR } = ValidationSeverity
const EVERYTHING: Required<ValidatorSettings> = {
  deprecatedMaintainer: ERROR,
  directiveCasing: ERROR,
  emptyContinuationLine: ERROR,
  instructionCasing: ERROR,
  instructionCmdMultiple: ERROR,
  instructionEntrypointMultiple: ERROR,
  instructionHealthcheckMultiple: ERROR,
  instructionJSONInSingleQuotes: ERROR,
  instructionWorkdirRelative: ERROR,
}

/** A Dockerfile, or one that a page shows. */
interface Shown {
  readonly from: string
  readonly text: string
}

async function all(): Promise<Shown[]> {
  const names = await Promise.all(
    ['docs', 'example'].map(async (folder) =>
      (await readdir(join(ROOT, folder), { recursive: true })).map((name) => join(folder, name)),
    ),
  )
  const wanted = ['README.md', 'CONTRIBUTING.md', ...names.flat()].filter((name) =>
    /(?:\.md|Dockerfile[^/]*)$/.test(name),
  )
  const read = await Promise.all(
    wanted.map(async (from): Promise<Shown[]> => {
      const text = await readFile(join(ROOT, from), 'utf8')
      if (!from.endsWith('.md')) return [{ from, text }]
      return [...text.matchAll(/^```dockerfile\n(.*?)^```/gms)].map(([, block = '']) => ({
        from,
        text: block,
      }))
    }),
  )
  return read.flat()
}

/** What an instruction is given each time it stands there. */
const given = (text: string, instruction: string): string[] =>
  [...text.replaceAll(/\\\n/g, ' ').matchAll(new RegExp(`^${instruction} (.*)$`, 'gm'))].map(
    ([, words = '']) => words.trim(),
  )

describe('the Dockerfiles', () => {
  let shown: Shown[]
  before(async () => {
    shown = await all()
  })

  it('are that of the development server and that of docs/guides/deployment.md', () => {
    expect(shown.map(({ from }) => from)).to.have.members([EXAMPLE, 'docs/guides/deployment.md'])
  })

  it('have nothing that the linter objects to', () => {
    for (const { from, text } of shown) {
      const objections = validate(text, EVERYTHING).map(({ message, range }) => [
        range.start.line + 1,
        message,
      ])
      expect(objections, from).to.deep.equal([])
    }
  })

  it('say which version of an image they start from, and the oldest Node.js that it has is supported', async () => {
    const { engines } = Object(JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')))
    const [, oldest] = /^>=(\d+)/.exec(engines.node) ?? []
    for (const { from, text } of shown) {
      const images = given(text, 'FROM')
      expect(images, from).to.have.length(1)
      expect(Number(/^node:(\d+)-slim$/.exec(images[0] ?? '')?.[1]), from).to.be.at.least(Number(oldest))
    }
  })

  it('leave root before they start something, and install before that', () => {
    for (const { from, text } of shown) {
      const order = [...text.matchAll(/^(RUN|USER|CMD|ENTRYPOINT)\b/gm)].map(([, word]) => word)
      expect(given(text, 'USER'), from).to.deep.equal(['node'])
      expect(order.indexOf('USER'), from).to.be.above(order.lastIndexOf('RUN'))
      expect(order.indexOf('USER'), from).to.be.below(
        order.findIndex((word) => /CMD|ENTRYPOINT/.test(`${word}`)),
      )
    }
  })

  it('start node itself, so that SIGTERM reaches it', () => {
    for (const { from, text } of shown) {
      const started: unknown = JSON.parse(given(text, 'ENTRYPOINT')[0] ?? given(text, 'CMD')[0] ?? '')
      expect(started, from).to.be.an('array').with.property('0', 'node')
    }
  })

  it('copy files that are there, and secrets are none of them', async () => {
    for (const { from, text } of shown) {
      const page = await readFile(join(ROOT, from), 'utf8')
      for (const copied of given(text, 'COPY')) {
        for (const file of copied.split(' ').slice(0, -1)) {
          expect(file, from).to.match(/\.(?:json|js|\*)$/)
          const isBeside = file.includes('*') || existsSync(join(ROOT, dirname(from), file))
          // What a page copies is in the reader's folder: npm made it, or the page names it.
          const isMade = from.endsWith('.md') && /^package(?:-lock)?\.json$/.test(file)
          expect(isBeside || isMade || page.includes(`\`${file}\`:`), `${from}: ${file}`).to.equal(true)
        }
      }
    }
  })
})

describe(EXAMPLE, () => {
  let text: string
  before(async () => {
    text = await readFile(join(ROOT, EXAMPLE), 'utf8')
  })

  it('has the configuration of docs/guides/development_server.md beside it, which it copies', async () => {
    const page = await readFile(join(ROOT, 'docs/guides/development_server.md'), 'utf8')
    const [, shown] = /^```json\n(.*?)^```/ms.exec(page) ?? []
    expect(await readFile(join(ROOT, dirname(EXAMPLE), 'openid-provider.json'), 'utf8')).to.equal(shown)
    expect(given(text, 'COPY')).to.deep.equal(['openid-provider.* ./'])
  })

  it('starts a file that the package has, and asks for its health at the port it exposes', async () => {
    const { bin } = Object(JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')))
    const [port] = given(text, 'EXPOSE')
    expect(given(text, 'ENTRYPOINT')[0]).to.contain(
      `"node_modules/openid-provider/${bin['openid-provider']}"`,
    )
    expect(given(text, 'HEALTHCHECK')[0]).to.contain(`http://127.0.0.1:${port}/jwks`)
    expect(given(text, 'CMD')[0]).to.contain(`:${port}"`)
  })
})
