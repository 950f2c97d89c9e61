/** By kind. Of the process, not of a provider: there may be thousands of those. */
const latest = new Map<string, object>()

/**
 * Keeps the latest object of a kind, and all that it holds. Where V8 finds none of their shape alive when it collects garbage, it forgets the shape,
 * and drops the code that it has compiled for it: what comes next is slower by a quarter to many times, for thousands of requests.
 * @param kind one of few
 */
export const keepShapes = (kind: string, subject: object): void => {
  latest.set(kind, subject)
}
