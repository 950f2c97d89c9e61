import type { Preparation } from '../test_provider.ts'
import { controlApi } from './control_api.ts'
import { Journal } from './journal.ts'
import { livePage } from './live_page.ts'

/** What a provider has that is started from the command line: the live page, and the control API. */
export function desk(): Preparation {
  const journal = new Journal()
  return (provider, test) => {
    const base = new URL(test.issuer).pathname.replace(/\/$/, '')
    journal.attach(provider)
    provider.use(controlApi(test, `${base}/_test/`))
    provider.use(livePage(test, journal, `${base}/`))
  }
}
