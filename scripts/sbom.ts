/** Writes what a host gets that installs this package, as CycloneDX: `npm run sbom`, `npm run sbom -- --package FILE`. */
import { rm, writeFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { installInto, pack, run } from './pack.ts'

const FILE = 'sbom.cdx.json'

async function writeBillOfMaterials(packed: string): Promise<void> {
  const folder = await installInto('host', [packed])
  const text = await run('npm', ['sbom', '--sbom-format=cyclonedx', '--sbom-type=application'], folder)
  await rm(folder, { recursive: true })
  const { components } = JSON.parse(text)
  // Everything else is the host's own; the place it was packed at is nobody's business.
  await writeFile(FILE, text.replaceAll(packed, 'openid-provider.tgz'))
  console.log(`${FILE}: ${components.length} packages`)
}

const { values } = parseArgs({ options: { package: { type: 'string' } } })

async function start(): Promise<void> {
  await writeBillOfMaterials(values.package ?? (await pack()))
}

start().catch((error: Error) => {
  console.error(error.stack)
  process.exit(1)
})
