/** What a room says about a refusal of its own; `docs/errors/` is made from it. */
export interface ReasonText {
  /** The rule: specification and section. */
  readonly section: string
  /** When it is, in one sentence. */
  readonly when: string
  /** What to do about it. */
  readonly remedy: string
}

/** A reason as errors carry it. */
export interface Reason<Code extends string = string> extends ReasonText {
  readonly reason: Code
}

/** The reasons of one family, by name. */
export type Reasons<Family extends string, Name extends string> = {
  readonly [N in Name]: Reason<`${Family}.${N}`>
}

/**
 * Lists the reasons of a family. Codes are for ever: hosts count them and write alarms for them.
 * @param family the first part of their codes
 */
export function defineReasons<Family extends string, Name extends string>(
  family: Family,
  texts: Readonly<Record<Name, ReasonText>>,
): Reasons<Family, Name>
export function defineReasons(
  family: string,
  texts: Readonly<Record<string, ReasonText>>,
): Readonly<Record<string, Reason>> {
  return Object.freeze(
    Object.fromEntries(
      Object.entries(texts).map(([name, text]) => [
        name,
        Object.freeze({ reason: `${family}.${name}`, ...text }),
      ]),
    ),
  )
}
