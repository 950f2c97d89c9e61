/** Fills the `:name` parts of a route's path. */
function fill(path: string, params: Readonly<Record<string, string>>): string {
  return path.replace(/:([A-Za-z]+)/g, (_, name: string) => {
    const value = params[name]
    if (value === undefined) throw new TypeError(`route parameter "${name}" is missing`)
    return encodeURIComponent(value)
  })
}

/** Makes the URLs of named routes: the issuer's origin and the mount path, whatever `Host` says. */
export class UrlBuilder {
  /** That of the issuer. */
  readonly origin: string
  /** The path the provider is expected at when a request does not say. */
  readonly issuerPath: string
  readonly #routes: ReadonlyMap<string, string>

  constructor(issuer: string, routes: ReadonlyMap<string, string>) {
    const { origin, pathname } = new URL(issuer)
    this.origin = origin
    this.issuerPath = pathname.replace(/\/$/, '')
    this.#routes = routes
  }

  /** @throws TypeError when there is no such route */
  pathFor(name: string, mountPath = this.issuerPath, params: Readonly<Record<string, string>> = {}): string {
    const route = this.#routes.get(name)
    if (route === undefined) throw new TypeError(`there is no route named "${name}"`)
    return `${mountPath}${fill(route, params)}`
  }

  urlFor(name: string, mountPath?: string, params?: Readonly<Record<string, string>>): string {
    return `${this.origin}${this.pathFor(name, mountPath, params)}`
  }
}
