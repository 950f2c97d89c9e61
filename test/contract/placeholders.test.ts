import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect } from 'chai'

const ROOT = join(import.meta.dirname, '../..')
const SCRIPT = 'scripts/refuse_placeholders.ts'

/** What the script says of a project, and the status it ends with. */
async function verdict(folder: string): Promise<{ status: number; said: string }> {
  try {
    await promisify(execFile)(process.execPath, ['--import', 'tsx', SCRIPT, folder], {
      cwd: ROOT,
      env: { ...process.env, NODE_V8_COVERAGE: '' },
    })
    return { status: 0, said: '' }
  } catch (error) {
    const { code, stderr } = Object(error)
    return { status: Number(code), said: String(stderr) }
  }
}

describe('publishing, while the project has no address (RFC 2606 §2)', function suite() {
  this.timeout(60_000)
  let folder: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'project-'))
  })
  afterEach(() => rm(folder, { recursive: true }))

  /** A project as it would be published. */
  async function project(manifest: object, policy: string) {
    await writeFile(join(folder, 'package.json'), JSON.stringify(manifest, null, 2))
    await writeFile(join(folder, 'SECURITY.md'), policy)
    return verdict(folder)
  }

  it('is refused, and each line to change is named', async () => {
    const manifest = {
      name: 'x',
      homepage: 'https://openid-provider.invalid/',
      bugs: { url: 'https://real.test' },
    }
    const { status, said } = await project(
      manifest,
      '# Policy\n\nWrite to security@openid-provider.invalid.\n',
    )

    expect(status).to.equal(1)
    expect(said.trim().split('\n').slice(1)).to.deep.equal([
      '  package.json:3: "homepage": "https://openid-provider.invalid/",',
      '  SECURITY.md:3: Write to security@openid-provider.invalid.',
    ])
  })

  it('is refused where a file that has to say it is missing', async () => {
    await writeFile(join(folder, 'package.json'), '{}')
    expect(await verdict(folder)).to.have.property('status', 1)
  })

  it('goes on with addresses that are real', async () => {
    const policy = 'Write to security@project.test, not to openid-provider.invalidated.test.\n'
    expect(await project({ homepage: 'https://project.test/' }, policy)).to.deep.equal({
      status: 0,
      said: '',
    })
  })

  it('starts with that question, and the manifest has what provenance and users need', async () => {
    const manifest: unknown = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'))
    const { scripts, repository, bugs, homepage, publishConfig } = Object(manifest)

    expect(scripts.prepublishOnly).to.equal(`tsx ${SCRIPT}`)
    expect(publishConfig).to.include({ provenance: true })
    expect(repository)
      .to.include({ type: 'git' })
      .and.to.have.property('url')
      .that.match(/^git\+https:.*\.git$/)
    for (const url of [bugs.url, homepage]) expect(url).to.match(/^https:\/\//)
  })
})
