import type { Dependencies, InstalledHost } from './install_host.ts'

/** A host that was written for version 8. */
export interface OldHost extends Dependencies {
  readonly name: string
  /** The version of `oidc-provider` that it was written for. @default '^8' */
  readonly reference?: string
  /** Installed within a minute, and listens where it is told to. */
  readonly isSmall: boolean
  /** Uses it as its people do. @param told hears of each thing that has worked */
  readonly visit: (installed: InstalledHost, told: (what: string) => void) => Promise<void>
}
