import { Worker } from 'node:worker_threads'

/** Starts a file beside this one, compiled or not. */
export function startThread(name: 'write_worker' | 'backup_worker', workerData: unknown): Worker {
  if (!import.meta.url.endsWith('.ts'))
    return new Worker(new URL(`./${name}.js`, import.meta.url), { workerData })
  return new Worker(fromSource(new URL(`./${name}.ts`, import.meta.url)), { eval: true, workerData })
}

/** In this repository: what makes Node read TypeScript is told to the main thread only. */
function fromSource(url: URL): string {
  const loader = JSON.stringify(import.meta.resolve('tsx/esm/api'))
  return `import(${loader}).then(({ register }) => { register(); return import(${JSON.stringify(url)}) })`
}
