import type { HttpOptions } from '../../types/relying_party/http.ts'

const httpOptions: unique symbol = Symbol('openid-provider/client http_options')
const clockTolerance: unique symbol = Symbol('openid-provider/client clock_tolerance')

/** Every request starts from these; they belong to the process, as documented. */
let defaults: HttpOptions = {
  followRedirect: false,
  headers: { 'User-Agent': 'openid-provider' },
  retry: 0,
  timeout: 3500,
}

export const httpOptionsDefaults = (): HttpOptions => defaults

/** Ways to change how requests are sent, and how clocks are compared. */
export const custom: {
  /** Member of a class, an issuer or a client: a function that decides about each of its requests. */
  readonly http_options: typeof httpOptions
  /** Member of a client: seconds that clocks may differ by. */
  readonly clock_tolerance: typeof clockTolerance
  /** Changes what every request of this process starts from; members that are not named stay. */
  setHttpOptionsDefaults(options: HttpOptions): void
} = {
  http_options: httpOptions,
  clock_tolerance: clockTolerance,
  setHttpOptionsDefaults(options) {
    defaults = { ...defaults, ...options, headers: { ...defaults.headers, ...options.headers } }
  },
}
