import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { builtPackage } from './built_package.ts'
import { freePort } from './free_port.ts'
import { answers } from './local_programs.ts'

const DOCS = new URL('../../docs/', import.meta.url)
const TSX = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href
const PACKAGES = new URL('../../node_modules/', import.meta.url)

/** What these programs cover is not the suite's doing. */
const ENVIRONMENT = { ...process.env, NODE_V8_COVERAGE: '' }

/** How a program is run: as it is, but for one in TypeScript. */
const commandOf = (file: string): string[] => (file.endsWith('.ts') ? ['--import', TSX, file] : [file])

/** Packages that a program imports, but this one. */
const packagesOf = (code: string) =>
  [...code.matchAll(/(?:from|import) '((?:@[\w.-]+\/)?[a-z][\w.-]*)[^':]*'/g)].map(([, name = '']) => name)

/** This package as the folder of a guide has it installed. */
async function installLibrary(folder: string): Promise<void> {
  await mkdir(join(folder, 'node_modules'))
  await symlink(await builtPackage(), join(folder, 'node_modules/openid-provider'))
}

/** A file that a page names and shows. */
function fileIn(text: string, name: string): string {
  const paragraph = `\`${name.replaceAll('.', '\\.')}\`(?:(?!\n\n).)*:\n\n`
  const [, code] = new RegExp(`${paragraph}\`\`\`\\w+\n(.*?)^\`\`\``, 'ms').exec(text) ?? []
  if (code === undefined) throw new Error(`the page has no ${name}`)
  return code
}

/** A program that was started. */
export interface Running {
  /** What it has printed. */
  printed(): string
  /** What it has written to its error output. */
  complained(): string
  /** Settles when it has failed, with what it wrote to its error output. */
  readonly failed: Promise<string>
  /** Sends a signal to it. */
  signal(name: NodeJS.Signals): void
  /** Settles with all it has printed, when it has ended. */
  readonly ended: Promise<string>
}

/**
 * A guide that is followed in an empty folder, for one suite: its programs run as they are written, but for the ports,
 * which are this machine's.
 * @param page path of the page in docs/
 * @param ports the ports that the page speaks of
 */
export function followGuide(page: string, ports: readonly number[] = [3000]) {
  const children: ChildProcess[] = []
  const taken = new Map<number, number>()
  let folder = ''
  let text = ''

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'guide-'))
    await writeFile(join(folder, 'package.json'), '{ "type": "module" }')
    await installLibrary(folder)
    for (const port of ports) taken.set(port, await freePort())
    text = await readFile(new URL(page, DOCS), 'utf8')
    for (const [written, port] of taken)
      text = text.replaceAll(new RegExp(`\\b${written}\\b`, 'g'), `${port}`)
  })
  after(async () => {
    for (const child of children) child.kill()
    await rm(folder, { recursive: true })
  })

  /** A page as it is on this machine. */
  async function read(path: string): Promise<string> {
    let read = await readFile(new URL(path, DOCS), 'utf8')
    for (const [written, port] of taken)
      read = read.replaceAll(new RegExp(`\\b${written}\\b`, 'g'), `${port}`)
    return read
  }

  async function write(name: string, code: string): Promise<string> {
    for (const wanted of packagesOf(code)) {
      if (wanted === 'openid-provider') continue
      const place = join(folder, 'node_modules', wanted)
      await mkdir(dirname(place), { recursive: true })
      await symlink(fileURLToPath(new URL(wanted, PACKAGES)), place).catch((error: unknown) => {
        if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
      })
    }
    const file = join(folder, name)
    await mkdir(dirname(file), { recursive: true })
    await writeFile(file, code)
    return file
  }

  /** Starts a program. @param url waits until somebody answers there */
  async function start(
    name: string,
    code: string,
    url?: string,
    env: NodeJS.ProcessEnv = {},
  ): Promise<Running> {
    const file = await write(name, code)
    const child = spawn(process.execPath, commandOf(file), {
      cwd: folder,
      env: { ...ENVIRONMENT, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    children.push(child)
    const printed: string[] = []
    const complaints: string[] = []
    child.stdout.on('data', (data) => printed.push(String(data)))
    child.stderr.on('data', (data) => complaints.push(String(data)))
    const ended = new Promise<string>((resolve) => child.once('close', () => resolve(printed.join(''))))
    const failed = new Promise<string>((resolve) => {
      child.once('close', (status) => {
        if (status) resolve(complaints.join(''))
      })
    })
    if (url !== undefined) {
      const early = failed.then((why) => Promise.reject(new Error(`${name} ended: ${why}`)))
      await Promise.race([answers(url), early])
      early.catch(() => undefined)
    }
    return {
      printed: () => printed.join(''),
      complained: () => complaints.join(''),
      signal: (signal) => child.kill(signal),
      ended,
      failed,
    }
  }

  return {
    /** The port that stands for one of the page. */
    port: (written: number) => taken.get(written) ?? written,
    /** One more, for a program that is to run beside another one. */
    anotherPort: freePort,
    /** The address that stands for one of the page. */
    origin: (written: number) => `http://localhost:${taken.get(written) ?? written}`,
    /** The page as it is read on this machine. */
    text: () => text,
    /** Blocks of code, in the order they stand in. */
    blocks: (language = 'js'): string[] =>
      [...text.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'))].map(([, code = '']) => code),
    /** A file that the page names: "`provider.js`, …:", followed by its text. */
    file: (name: string) => fileIn(text, name),
    /** A file that another page shows. */
    fileOf: async (other: string, name: string) => fileIn(await read(other), name),
    write,
    start,
    /** Runs a program to its end. @returns what it printed */
    async output(name: string, code: string, ...given: string[]): Promise<string> {
      const file = await write(name, code)
      const { stdout } = await promisify(execFile)(process.execPath, [...commandOf(file), ...given], {
        cwd: folder,
        env: ENVIRONMENT,
      })
      return stdout.trim()
    },
  }
}
