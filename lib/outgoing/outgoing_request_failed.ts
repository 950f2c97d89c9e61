/** A request to somebody else's server that was not sent, or not answered as it should have been. */
export class OutgoingRequestFailed extends Error {
  /** It may well succeed later: the network, a deadline, or an error of the server's own. */
  readonly isTemporary: boolean

  constructor(url: string | URL, reason: string, cause?: unknown, isTemporary = false) {
    super(`request to ${originOf(url)} failed: ${reason}`, cause === undefined ? undefined : { cause })
    this.name = 'OutgoingRequestFailed'
    this.isTemporary = isTemporary
  }
}

/** Paths and queries may hold what is not for logs. */
function originOf(url: string | URL): string {
  return URL.canParse(String(url)) ? new URL(url).origin : 'an invalid URL'
}
