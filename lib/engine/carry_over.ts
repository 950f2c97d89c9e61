import type { RequestContext, UnderstoodRequest } from './context.ts'

/** Something understood of a request that an interaction has to keep until the browser returns from it. */
export interface CarryOver {
  readonly name: string
  keep(request: UnderstoodRequest): object | undefined
  /** Puts what was kept in place again; what storage has made of it is unknown. */
  restore(oidc: RequestContext, kept: object): void
}
