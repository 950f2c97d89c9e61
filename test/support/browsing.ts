import { UserAgent } from './user_agent.ts'

/** What a browser shows. */
export interface Page {
  url: string
  status: number
  headers: Headers
  text: string
}

const MARKS: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

const decoded = (text: string) =>
  text.replace(/&(?:#(\d+)|(\w+));/g, (whole, number: string | undefined, name: string) =>
    number === undefined ? (MARKS[name] ?? whole) : String.fromCharCode(Number(number)),
  )

function attribute(tag: string, name: string): string | undefined {
  const value = new RegExp(`\\b${name}="([^"]*)"`).exec(tag)?.[1]
  return value === undefined ? undefined : decoded(value)
}

/** What a form sends when nothing is changed in it. */
function fieldsOf(form: string): [string, string][] {
  return [...form.matchAll(/<input\b[^>]*>/g)].flatMap(([tag]): [string, string][] => {
    const name = attribute(tag, 'name')
    const isOff = attribute(tag, 'type') === 'checkbox' && !/\bchecked\b/.test(tag)
    return name === undefined || isOff ? [] : [[name, attribute(tag, 'value') ?? 'on']]
  })
}

/** Somebody who opens links and sends forms, over hosts and ports of this machine. */
export class Browsing {
  readonly agent = new UserAgent('http://localhost')
  readonly #application: string | undefined

  /** @param application where nobody is; a browser that is sent there has arrived */
  constructor(application?: string) {
    this.#application = application
  }

  /** Opens an address, and follows where it leads. */
  async open(url: string): Promise<Page> {
    return this.#settle(await this.agent.get(url), url)
  }

  /**
   * Sends a form of a page.
   * @param values what is entered, or which button is pressed
   * @param which part of the form that is meant; the first one when absent
   */
  async submit(page: Page, values: Record<string, string> = {}, which = ''): Promise<Page> {
    const forms = [...page.text.matchAll(/<form\b([^>]*)>(.*?)<\/form>/gs)]
    const [, head = '', inside] = forms.find(([whole]) => whole.includes(which)) ?? []
    if (inside === undefined) throw new Error(`no such form at ${page.url}: ${page.text}`)
    const url = new URL(attribute(head, 'action') ?? '', page.url).href
    const form = { ...Object.fromEntries(fieldsOf(inside)), ...values }
    const { origin } = new URL(page.url)
    const sent = await this.agent.post(url, form, { origin, 'sec-fetch-site': 'same-origin' })
    return this.#settle(sent, url)
  }

  async #settle(answer: Response, from: string): Promise<Page> {
    let [current, url] = [answer, from]
    for (let hops = 0; hops < 20; hops += 1) {
      const location = current.headers.get('location')
      if (location === null) {
        return { url, status: current.status, headers: current.headers, text: await current.text() }
      }
      url = new URL(location, url).href
      if (this.#application !== undefined && url.startsWith(this.#application))
        return { url, status: current.status, headers: current.headers, text: '' }
      current = await this.agent.get(url)
    }
    throw new Error('too many redirects')
  }
}
