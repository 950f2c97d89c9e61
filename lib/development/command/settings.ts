import type { TestProviderOptions } from '../options.ts'
import { CannotStart } from './cannot_start.ts'
import { findConfig, readConfig } from './config_file.ts'
import { clockOffsetOf, type Flags, readFlags, withFlags } from './flags.ts'

/** What the command is to do. */
export type Settings =
  | { readonly task: 'help' }
  | { readonly task: 'init'; readonly file: string | undefined; readonly asks: boolean }
  | StartSettings

export interface StartSettings {
  readonly task: 'start'
  /** One for each issuer. */
  readonly issuers: readonly TestProviderOptions[]
  readonly isSilent: boolean
  /** How far the clock is ahead, in seconds. */
  readonly clockOffset: number
}

/** @throws CannotStart */
async function startSettings(flags: Flags): Promise<StartSettings> {
  const isSilent = flags.ci === true
  const file = flags.config ?? findConfig()
  const given = file === undefined ? [{}] : await readConfig(file)
  if (given.length > 1 && (flags.port !== undefined || flags.issuer !== undefined))
    throw new CannotStart('--port and --issuer are for one issuer, and the file has several')
  const issuers = given.map((options) => withFlags(options, flags))
  if (isSilent && issuers.some(({ seed }) => seed === undefined))
    throw new CannotStart('--ci needs --seed: keys are the same only for the same seed')
  return { task: 'start', issuers, isSilent, clockOffset: clockOffsetOf(flags['clock-offset']) }
}

/** Reads flags and file. @throws CannotStart */
export async function readSettings(args: readonly string[]): Promise<Settings> {
  const { values, positionals } = readFlags(args)
  if (values.help === true) return { task: 'help' }
  const [task, ...others] = positionals
  if (others.length > 0 || (task !== undefined && task !== 'init'))
    throw new CannotStart(`${positionals.join(' ')} is nothing it can do`)
  if (task === 'init') return { task, file: values.config, asks: values.yes !== true }
  return startSettings(values)
}
