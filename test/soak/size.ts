import type { Engine } from './engines.ts'

/** How long a run is. */
export interface Size {
  readonly processes: number
  readonly logins: number
  /** Kills of a process, for exchanges and for refreshes each. */
  readonly cycles: number
  /** How often storage goes away, of each kind. */
  readonly outages: number
  /**
   * Whether servers write to the disk before they acknowledge. Storage that goes away always does; where only processes of
   * the provider end it decides nothing but how long a commit takes.
   */
  readonly durable: boolean
}

export const disk = (engine: Engine, { durable }: Size): string =>
  durable || engine === 'sqlite' ? 'written through to the disk' : 'kept in the memory of its server'
