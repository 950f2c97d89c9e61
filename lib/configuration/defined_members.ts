/** The members of an options object that have a value. */
export type DefinedMembers<Options> = { [Name in keyof Options]?: Exclude<Options[Name], undefined> }

/** A copy without members that are `undefined`, so that what is left replaces a default. */
export function definedMembers<Options extends object>(given: Options | undefined): DefinedMembers<Options>
export function definedMembers(given: object | undefined): object {
  const copy: Record<string, unknown> = { ...given }
  for (const [name, value] of Object.entries(copy)) {
    if (value === undefined) delete copy[name]
  }
  return copy
}
