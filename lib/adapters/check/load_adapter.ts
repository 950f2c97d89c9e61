import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { AdapterConstructor, AdapterFactory } from '../../../types/adapter.ts'

/** What stands in the way of a check, in words for who started it. */
export class CannotCheck extends Error {}

export interface LoadedAdapter {
  readonly adapter: AdapterConstructor | AdapterFactory
  close(): Promise<void>
}

/** @throws CannotCheck */
export async function loadAdapter(module: string, name: string | undefined): Promise<LoadedAdapter> {
  const exported = await importOf(module)
  const chosen = name ?? ('default' in exported ? 'default' : onlyName(module, exported))
  if (!(chosen in exported))
    throw new CannotCheck(`${module} has no export ${chosen}; it has ${namesOf(exported)}`)
  const adapter: unknown = await exported[chosen]
  if (!isAdapter(adapter))
    throw new CannotCheck(`export ${chosen} of ${module} is no adapter: it must be a class or a function`)
  const { close } = exported
  return {
    adapter,
    async close() {
      if (typeof close === 'function') await close()
    },
  }
}

async function importOf(module: string): Promise<Record<string, unknown>> {
  try {
    return { ...Object(await import(urlOf(module))) }
  } catch (error) {
    throw new CannotCheck(`${module} cannot be loaded: ${error instanceof Error ? error.message : error}`, {
      cause: error,
    })
  }
}

/** A file as the shell names it, or what a module of this folder would import. */
function urlOf(module: string): string {
  if (module.startsWith('file:')) return module
  const file = resolve(module)
  if (existsSync(file)) return pathToFileURL(file).href
  return pathToFileURL(createRequire(pathToFileURL(resolve('check.js'))).resolve(module)).href
}

function onlyName(module: string, exported: Record<string, unknown>): string {
  const [name, ...others] = Object.keys(exported).filter((each) => each !== 'close')
  if (name !== undefined && others.length === 0) return name
  throw new CannotCheck(`${module} has no default export; choose by --export: ${namesOf(exported)}`)
}

const namesOf = (exported: Record<string, unknown>): string => Object.keys(exported).join(', ') || 'none'

/** More cannot be known before it is used. */
const isAdapter = (value: unknown): value is AdapterConstructor | AdapterFactory =>
  typeof value === 'function'
