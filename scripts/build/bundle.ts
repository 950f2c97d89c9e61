import { type BuildOptions, build } from 'esbuild'
import { publicEntries, ROOT, threadEntries } from './entries.ts'
import { restoreNames } from './restore_names.ts'

/** How sources become few files that the oldest Node.js runs. */
export const JOINING = {
  absWorkingDir: ROOT,
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20.19',
  packages: 'external',
  logLevel: 'warning',
} satisfies BuildOptions

/**
 * Joins what each entry point is made of into few files: most of what an import costs is finding and opening files. What
 * entry points share is there once, so that an error or a model of one is an error or a model of the other.
 */
export async function bundle(folder: string): Promise<void> {
  await build({
    ...JOINING,
    entryPoints: { ...publicEntries(), ...threadEntries() },
    outdir: folder,
    chunkNames: 'lib/shared/[name]-[hash]',
    charset: 'utf8',
  })
  restoreNames(folder)
}
