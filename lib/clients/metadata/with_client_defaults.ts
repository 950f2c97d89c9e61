import type { ClientRules } from './descriptor.ts'

/**
 * Fills in what a registration left out, without judging what it says; registration asks it whether to make a
 * secret. @see RFC 7591 §3.2.1
 */
export function withClientDefaults(
  properties: Readonly<Record<string, unknown>>,
  rules: ClientRules,
): Record<string, unknown> {
  const filled: Record<string, unknown> = {}
  for (const { name, default: value } of rules.rows) {
    const given = Object.hasOwn(properties, name) ? properties[name] : undefined
    const effective = given ?? value
    if (effective !== undefined) filled[name] = effective
  }
  return filled
}
