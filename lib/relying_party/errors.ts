import type { HttpResponse } from '../../types/relying_party/http.ts'

/** What an issuer says went wrong. @see RFC 6749 §4.1.2.1, §5.2 */
export interface OPErrorParameters {
  error?: string | undefined
  error_description?: string | undefined
  error_uri?: string | undefined
  state?: string | undefined
  scope?: string | undefined
  session_state?: string | undefined
}

/** The issuer answered with an error, or with something that is no answer. */
export class OPError extends Error {
  override readonly name: string = 'OPError'
  readonly error: string | undefined
  readonly error_description: string | undefined
  readonly error_uri: string | undefined
  readonly state: string | undefined
  readonly scope: string | undefined
  readonly session_state: string | undefined
  /** The answer that said so, where it came as one. */
  readonly response: HttpResponse | undefined

  constructor(said: OPErrorParameters | string, response?: HttpResponse) {
    super(typeof said === 'string' ? said : messageOf(said))
    if (typeof said !== 'string') {
      this.error = said.error
      this.error_description = said.error_description
      this.error_uri = said.error_uri
      this.state = said.state
      this.scope = said.scope
      this.session_state = said.session_state
    }
    // It holds tokens and keys of the request: whoever logs the error does not want them.
    Object.defineProperty(this, 'response', { value: response, enumerable: false })
  }
}

const messageOf = ({ error, error_description: description }: OPErrorParameters) =>
  description === undefined ? String(error) : `${error} (${description})`

/** What an RPError may carry, depending on what was checked. */
export interface RPErrorContext {
  /** What was expected. */
  readonly checks?: unknown
  /** The JWT that was refused. */
  readonly jwt?: string | undefined
  /** The parameters that were refused. */
  readonly params?: unknown
  /** The body that was refused. */
  readonly body?: unknown
  readonly response?: HttpResponse | undefined
  readonly cause?: unknown
}

/** What the issuer answered is not what it has to be, or no answer came. */
export class RPError extends Error {
  override readonly name: string = 'RPError'
  readonly checks: unknown
  readonly jwt: string | undefined
  readonly params: unknown
  readonly body: unknown
  readonly response: HttpResponse | undefined

  constructor(message: string, { cause, ...context }: RPErrorContext = {}) {
    super(message, cause === undefined ? undefined : { cause })
    // As above: an error that is logged must not give tokens away.
    for (const name of ['checks', 'jwt', 'params', 'body', 'response'] as const)
      Object.defineProperty(this, name, { value: context[name], enumerable: false })
  }
}

/** Errors of this client, apart from TypeError for what it is given. */
export const errors = { OPError, RPError } as const
