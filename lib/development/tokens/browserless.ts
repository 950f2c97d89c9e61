/** Cookies of one visit; paths do not matter to somebody who asks for one thing. @see RFC 6265 §5.3 */
class Cookies {
  readonly #values = new Map<string, string>()

  take({ headers }: Response): void {
    for (const line of headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
      if (value === '') this.#values.delete(name)
      else this.#values.set(name, value)
    }
  }

  toString(): string {
    return [...this.#values].map(([name, value]) => `${name}=${value}`).join('; ')
  }
}

/** Where a provider is reached, and how its screens are told from everything else. */
export interface Reach {
  readonly issuer: string
  /** Origin it listens at. */
  readonly origin: string
  /** Path of the screens. */
  readonly screens: string
}

const MOST_HOPS = 10

/**
 * Goes with an authorization request as a browser would, and picks this user where somebody is asked.
 * @returns where the provider sends the browser in the end: the client's redirect URI with the answer
 * @throws Error with the answer, when the provider shows a page instead
 */
export async function authorize({ issuer, origin, screens }: Reach, url: string, user: string): Promise<URL> {
  const cookies = new Cookies()
  const own = new URL(issuer)
  let target = new URL(url)
  for (let hop = 0; hop < MOST_HOPS; hop += 1) {
    const isScreen = target.pathname.startsWith(screens)
    const response = await fetch(new URL(`${target.pathname}${target.search}`, origin), {
      redirect: 'manual',
      headers: { cookie: cookies.toString(), 'x-forwarded-proto': own.protocol.slice(0, -1) },
      ...(isScreen ? { method: 'POST', body: new URLSearchParams({ user }) } : {}),
    })
    cookies.take(response)
    const location = response.headers.get('location')
    if (location === null) throw new Error(`no redirect but ${response.status}: ${await response.text()}`)
    target = new URL(location, own)
    if (target.origin !== own.origin && target.origin !== origin) return target
  }
  throw new Error(`the authorization request goes round in circles: ${target.pathname}`)
}
