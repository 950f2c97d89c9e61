import { stringIn } from '../client/check.ts'
import { drive } from '../client/drive.ts'
import { clientCredentials } from '../client/requests.ts'
import { FLOOR, type Implementation, type Lab } from '../lab/lab.ts'
import type { Options } from '../lab/options.ts'
import { ServerProcess } from '../lab/server_process.ts'
import { table } from '../lab/table.ts'
import { RESOURCES } from '../server/setup.ts'

const MEBIBYTE = 2 ** 20
/** Compiled code is no leak: it is there before the counting begins. */
const WARM_UP = 5000

async function measure(lab: Lab, implementation: Implementation, options: Options, tokens: number) {
  const server = await ServerProcess.start(lab, implementation, options)
  const request = clientCredentials(RESOURCES.opaque)
  const issue = async (count: number): Promise<number> => {
    await drive(
      server.connections,
      async (used) => void stringIn(await used.request(request), 'access_token'),
      count,
    )
    await server.ask('gc')
    return server.ask('heap')
  }
  try {
    const before = await issue(WARM_UP)
    const after = await issue(tokens)
    const resident = await server.ask('rss')
    return [
      implementation.name,
      ...[before, after, resident].map((bytes) => (bytes / MEBIBYTE).toFixed(1)),
      ((after - before) / tokens).toFixed(0),
    ]
  } finally {
    server.stop()
  }
}

/** What tokens that have not expired take up. */
export async function measureMemory(lab: Lab, options: Options): Promise<void> {
  const tokens = options.quick ? 10_000 : 100_000
  const rows: string[][] = []
  for (const implementation of lab.implementations) {
    if (implementation.name !== FLOOR) rows.push(await measure(lab, implementation, options, tokens))
  }
  const headings = ['heap before MiB', 'heap after MiB', 'resident MiB', 'bytes per token']
  console.log(table([`${tokens} tokens, adapter ${options.adapter}`, ...headings], rows))
}
