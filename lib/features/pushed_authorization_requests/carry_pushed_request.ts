import type { CarryOver } from '../../engine/carry_over.ts'

/** The end-user may take longer than the pushed request lives: which one it was goes with the interaction. */
export const carryPushedRequest: CarryOver = {
  name: 'pushed',
  keep: ({ pushed }) => pushed,
  restore(oidc, kept) {
    if (!('id' in kept) || typeof kept.id !== 'string') return
    if (!('until' in kept) || typeof kept.until !== 'number') return
    oidc.understand('pushed', { id: kept.id, until: kept.until })
  },
}
