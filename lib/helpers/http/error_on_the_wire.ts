/** error_description holds printable ASCII without `"` and `\`. @see RFC 6749 §5.2 */
const UNPRINTABLE = /[^\x20-\x21\x23-\x5b\x5d-\x7e]/g

export const isErrorStatus = (value: unknown): value is number =>
  typeof value === 'number' && Number.isInteger(value) && value >= 400 && value <= 599

/** What may leave as `error_description`; hosts set it after an error was made, too. What is no text says nothing. */
export const printable = (description: unknown): string | undefined =>
  typeof description === 'string' ? description.replace(UNPRINTABLE, '?') : undefined

/** The HTTP status to answer an error with, whatever a host made of it. */
export const statusOf = ({ statusCode }: { readonly statusCode: unknown }): number =>
  isErrorStatus(statusCode) ? statusCode : 400
