/** A cookie as a browser keeps it. */
interface Cookie {
  name: string
  value: string
  path: string
  host: string
  attributes: ReadonlyMap<string, string>
}

/** One answer, as it came. */
export interface Observed {
  method: string
  url: string
  status: number
  headers: Headers
  body: string
}

/** A browser without a screen: keeps cookies by host and path, follows nothing by itself. */
export class UserAgent {
  readonly #cookies: Cookie[] = []
  /** Where relative locations start from. */
  readonly origin: string

  readonly #observe: ((observed: Observed) => void) | undefined

  /** @param observe is told every answer */
  constructor(origin: string, observe?: (observed: Observed) => void) {
    this.origin = origin
    this.#observe = observe
  }

  /** Every cookie that is kept, by name. */
  get cookies(): ReadonlyMap<string, Cookie> {
    return new Map(this.#cookies.map((cookie) => [cookie.name, cookie]))
  }

  setCookie(name: string, value: string, path = '/'): void {
    this.#keep({ name, value, path, host: new URL(this.origin).hostname, attributes: new Map() })
  }

  clearCookies(): void {
    this.#cookies.length = 0
  }

  async request(url: string, init: RequestInit = {}): Promise<Response> {
    const target = new URL(url, this.origin)
    // Names that only stand for somebody must not be looked up.
    if (target.hostname.endsWith('.example.com')) throw new Error(`${target.href} is not to be visited`)
    const headers = new Headers(init.headers)
    const cookie = this.#header(target)
    if (cookie !== '' && !headers.has('cookie')) headers.set('cookie', cookie)
    const response = await fetch(target, { redirect: 'manual', ...init, headers })
    if (this.#observe !== undefined) {
      const { status } = response
      const body = await response.clone().text()
      const method = init.method ?? 'GET'
      this.#observe({ method, url: target.href, status, headers: response.headers, body })
    }
    for (const line of response.headers.getSetCookie()) this.#receive(line, target)
    return response
  }

  get(url: string, headers: Record<string, string> = {}): Promise<Response> {
    return this.request(url, { headers })
  }

  post(
    url: string,
    form: Record<string, string> | string,
    headers: Record<string, string> = {},
  ): Promise<Response> {
    return this.request(url, {
      method: 'POST',
      body: typeof form === 'string' ? form : new URLSearchParams(form).toString(),
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    })
  }

  /** Follows redirects as long as they stay on this origin. @returns the last answer */
  async follow(response: Response): Promise<Response> {
    let current = response
    for (let hops = 0; hops < 20; hops += 1) {
      const location = current.headers.get('location')
      if (location === null) return current
      const target = new URL(location, this.origin)
      if (target.origin !== this.origin) return current
      current = await this.get(target.href)
    }
    throw new Error('too many redirects')
  }

  #header({ hostname, pathname }: URL): string {
    return this.#cookies
      .filter(({ host, path }) => host === hostname && isUnder(pathname, path))
      .map(({ name, value }) => `${name}=${value}`)
      .join('; ')
  }

  #receive(line: string, { hostname }: URL): void {
    const [pair = '', ...rest] = line.split(/;\s*/)
    const at = pair.indexOf('=')
    const attributes = new Map(
      rest.map((attribute) => {
        const [name = '', value = ''] = attribute.split('=')
        return [name.toLowerCase(), value] as const
      }),
    )
    const cookie = {
      name: pair.slice(0, at),
      value: pair.slice(at + 1),
      path: attributes.get('path') ?? '/',
      host: hostname,
      attributes,
    }
    const expires = attributes.get('expires')
    if (expires !== undefined && new Date(expires).getTime() <= Date.now()) this.#drop(cookie)
    else this.#keep(cookie)
  }

  #keep(cookie: Cookie): void {
    this.#drop(cookie)
    this.#cookies.push(cookie)
  }

  #drop({ name, path, host }: Cookie): void {
    const at = this.#cookies.findIndex(
      (kept) => kept.name === name && kept.path === path && kept.host === host,
    )
    if (at !== -1) this.#cookies.splice(at, 1)
  }
}

const isUnder = (pathname: string, path: string) =>
  path === '/' || pathname === path || pathname.startsWith(path.endsWith('/') ? path : `${path}/`)
