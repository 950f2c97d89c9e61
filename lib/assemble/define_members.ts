/** Puts what features add on a prototype, as methods and getters of its class would be: hosts may replace them. */
export function defineMembers(prototype: object, members: PropertyDescriptorMap): void {
  for (const [name, member] of Object.entries(members)) {
    const isMethod = 'value' in member
    Object.defineProperty(prototype, name, {
      configurable: true,
      ...(isMethod ? { writable: true } : {}),
      ...member,
    })
  }
}
