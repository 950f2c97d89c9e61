import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'

/** Starts a file beside this one; in the package beside the entry point, which this is a part of. */
export function startThread(name: 'write_worker' | 'backup_worker', workerData: unknown): Worker {
  if (!import.meta.url.endsWith('.ts'))
    return new Worker(new URL(`./${name}.js`, import.meta.url), { workerData })
  return new Worker(fromSource(new URL(`./${name}.ts`, import.meta.url)), { eval: true, workerData })
}

/** In this repository: what makes Node read TypeScript is told to the main thread only. */
function fromSource(url: URL): string {
  const path = JSON.stringify(fileURLToPath(url))
  return `
    const require_ = require('node:module').createRequire(${path})
    require_('tsx/cjs/api').register()
    require_(${path})`
}
