import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { buildah } from './buildah.ts'
import { docker } from './docker.ts'
import type { Engine } from './engine.ts'

const ENGINES: readonly Engine[] = [docker('docker'), docker('podman'), buildah]

/** Why an engine cannot be used here; nothing where it can. */
async function obstacle(name: string): Promise<string | undefined> {
  try {
    // It fails without a daemon as well, where one is needed.
    await promisify(execFile)(name, ['info'])
    return undefined
  } catch (error) {
    const { code, stderr } = Object(error)
    if (code === 'ENOENT') return 'is not installed'
    return (
      String(stderr ?? error)
        .trim()
        .split('\n')
        .at(-1) ?? ''
    )
  }
}

/** The first engine that can be used. @throws what each of them lacks, where none can */
export async function findEngine(wanted?: string): Promise<Engine> {
  const obstacles: string[] = []
  for (const engine of ENGINES.filter(({ name }) => wanted === undefined || name === wanted)) {
    const why = await obstacle(engine.name)
    if (why === undefined) return engine
    obstacles.push(`  ${engine.name}: ${why}`)
  }
  throw new Error(`no engine for containers can be used here:\n${obstacles.join('\n')}`)
}
