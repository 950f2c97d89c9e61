/** The reason for the host, who compares it with what is registered. Clients are not told. */
export function clientNotFound(clientId: string): string {
  return `client not found: ${JSON.stringify(clientId)}`
}
