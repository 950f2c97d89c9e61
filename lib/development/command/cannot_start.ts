/** What was typed cannot be started. */
export class CannotStart extends Error {}

/** What an error says, for whoever typed something. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
