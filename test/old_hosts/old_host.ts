import type { Dependencies, InstalledHost } from './install_host.ts'

/** A host that was written for version 8. */
export interface OldHost extends Dependencies {
  readonly name: string
  /** Installed within a minute. */
  readonly isSmall: boolean
  /** Uses it as its people do. @param told hears of each thing that has worked */
  readonly visit: (installed: InstalledHost, told: (what: string) => void) => Promise<void>
}
