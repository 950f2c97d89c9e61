/** A request to somebody else's server that was not sent, or not answered as it should have been. */
export class OutgoingRequestFailed extends Error {
  constructor(url: string | URL, reason: string, cause?: unknown) {
    super(`request to ${originOf(url)} failed: ${reason}`, cause === undefined ? undefined : { cause })
    this.name = 'OutgoingRequestFailed'
  }
}

/** Paths and queries may hold what is not for logs. */
function originOf(url: string | URL): string {
  return URL.canParse(String(url)) ? new URL(url).origin : 'an invalid URL'
}
