import type { Preparation } from '../test_provider.ts'
import { controlApi } from './control_api.ts'
import { Journal } from './journal.ts'
import { livePage } from './live_page.ts'
import type { ProcessClock } from './process_clock.ts'
import { shiftedTimes } from './shifted_times.ts'

/** What a provider has that is started from the command line: the live page, and the control API. */
export function desk(clock: ProcessClock): Preparation {
  const journal = new Journal()
  return (provider, test) => {
    const base = new URL(test.issuer).pathname.replace(/\/$/, '')
    journal.attach(provider)
    provider.use(shiftedTimes(clock))
    provider.use(controlApi(test, clock, `${base}/_test/`))
    provider.use(livePage(test, journal, `${base}/`))
  }
}
