import type { Context, Middleware } from 'koa'
import { epochTime } from '../../helpers/epoch_time.ts'
import { parseJsonObject } from '../../helpers/parse_json_object.ts'
import { readFault } from '../faults/read_fault.ts'
import { Given } from '../given.ts'
import { readBody } from '../read_body.ts'
import type { TestProvider } from '../test_provider.ts'
import { readMintRequest } from '../tokens/read_mint_request.ts'
import { isFromThisDevice } from './is_from_this_device.ts'
import type { ProcessClock } from './process_clock.ts'

type Task = (test: TestProvider, given: Given, clock: ProcessClock) => unknown

const textsOf = (given: Readonly<Record<string, unknown>> = {}): Record<string, string> =>
  Object.fromEntries(Object.entries(given).map(([name, value]) => [name, String(value)]))

/** What can be asked for: the methods of a {@link TestProvider}, by the last part of the path. */
const TASKS: ReadonlyMap<string, Task> = new Map<string, Task>([
  [
    'authorize',
    async (test, given) => ({ url: (await test.authorize(given.text('url'), given.text('user'))).href }),
  ],
  [
    'log_in',
    (test, given) =>
      test.logIn(given.text('user'), given.text('client'), textsOf(given.optionalObject('parameters'))),
  ],
  ['mint', async (test, given) => ({ token: await test.mint(readMintRequest(given, 'expires_in')) })],
  ['expire', (test, given) => test.expire(given.text('token'))],
  ['revoke', (test, given) => test.revoke(given.text('token'))],
  ['rotate_keys', (test) => ({ kid: test.rotateKeys() })],
  ['change_user', (test, given) => test.changeUser(given.text('sub'), given.optionalObject('claims') ?? {})],
  [
    'set_clock',
    (_test, given, clock) => {
      clock.set(given.number('offset'))
      return { now: epochTime() }
    },
  ],
  ['fault', (test, given) => test.fault(readFault(given))],
])

async function carryOut(ctx: Context, test: TestProvider, clock: ProcessClock, task: Task): Promise<void> {
  try {
    const given = new Given(parseJsonObject((await readBody(ctx.req)) || '{}'))
    ctx.body = (await task(test, given, clock)) ?? {}
  } catch (error) {
    ctx.status = 400
    ctx.body = { error: error instanceof Error ? error.message : String(error) }
  }
}

/**
 * The methods of a test provider over HTTP, for suites in other languages. Pages of other sites cannot use it: JSON
 * takes a preflight request (Fetch §3.2.2), which nobody answers, and a name that leads here must be one of ours.
 * @param path of all of it
 */
export const controlApi =
  (test: TestProvider, clock: ProcessClock, path: string): Middleware =>
  async (ctx, next) => {
    if (!ctx.path.startsWith(path)) return next()
    const task = TASKS.get(ctx.path.slice(path.length))
    if (task === undefined) {
      ctx.status = 404
      ctx.body = { error: `there is: ${[...TASKS.keys()].join(', ')}` }
    } else if (!isFromThisDevice(ctx, test.issuer)) {
      ctx.status = 403
      ctx.body = { error: 'this is for programs on the same device' }
    } else if (ctx.method !== 'POST' || !ctx.is('application/json')) {
      ctx.status = 415
      ctx.body = { error: 'send JSON by POST, as application/json' }
    } else await carryOut(ctx, test, clock, task)
  }
