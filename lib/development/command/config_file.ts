import { existsSync, readFileSync } from 'node:fs'
import { isRecord } from '../../helpers/is_record.ts'
import { parseJsonObject, plainObject } from '../../helpers/parse_json_object.ts'
import { OPTION_NAMES, type TestProviderOptions } from '../options.ts'
import { CannotStart, messageOf } from './cannot_start.ts'

/** What is read where it is found; the first one is written. */
export const CONFIG_FILES = ['openid-provider.json', 'openid-provider.yaml', 'openid-provider.yml'] as const

const MEMBERS: ReadonlySet<string> = new Set(OPTION_NAMES)

/** @see https://yaml.org/spec/1.2.2/ */
export const isYaml = (file: string): boolean => /\.ya?ml$/i.test(file)

/** Loaded where a file asks for it alone: most have none in that form. */
async function yaml() {
  try {
    return await import('yaml')
  } catch {
    throw new CannotStart('YAML needs the package yaml (npm install yaml); JSON needs none')
  }
}

/** Writes down settings in the form that the name of the file says. */
export async function formatConfig(file: string, settings: object): Promise<string> {
  if (isYaml(file)) return (await yaml()).stringify(settings)
  return `${JSON.stringify(settings, null, 2)}\n`
}

async function readObject(file: string): Promise<Record<string, unknown>> {
  const parse = isYaml(file) ? (await yaml()).parse : undefined
  try {
    const text = readFileSync(file, 'utf8')
    return parse === undefined ? parseJsonObject(text) : plainObject(parse(text))
  } catch (error) {
    throw new CannotStart(`${file}: ${messageOf(error)}`)
  }
}

/** The members of a file, or of one of its issuers; what stands in them is checked where it is used. */
function checkMembers(file: string, value: unknown): void {
  if (!isRecord(value)) throw new CannotStart(`${file} must hold objects`)
  const unknown = Object.keys(value).find((name) => !MEMBERS.has(name))
  if (unknown !== undefined)
    throw new CannotStart(`${file} does not know ${unknown}, but ${[...MEMBERS].join(', ')}`)
}

/** The file that is meant where none is named. @throws CannotStart when several could be */
export function findConfig(): string | undefined {
  const [found, other] = CONFIG_FILES.filter((file) => existsSync(file))
  if (other !== undefined) throw new CannotStart(`there are ${found} and ${other}: say which by --config`)
  return found
}

/** @returns what each issuer of the file is to be @throws CannotStart */
export async function readConfig(file: string): Promise<readonly TestProviderOptions[]> {
  const content = await readObject(file)
  const { issuers, ...single } = content
  const list: readonly unknown[] = Array.isArray(issuers) ? issuers : [content]
  if (Array.isArray(issuers) && Object.keys(single).length > 0)
    throw new CannotStart(`${file}: what stands beside issuers belongs into each of them`)
  for (const one of list) checkMembers(file, one)
  return JSON.parse(JSON.stringify(list))
}
