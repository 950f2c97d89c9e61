/** Makes the package: `npm run build`, or into another folder, `npm run build -- --out FOLDER`. */
import { execFileSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { bundle } from './build/bundle.ts'
import { ROOT } from './build/entries.ts'

const { values } = parseArgs({ options: { out: { type: 'string', default: join(ROOT, 'dist') } } })
const out = resolve(values.out)

function writeDeclarations(): void {
  const compiler = join(ROOT, 'node_modules/typescript/bin/tsc')
  const options = ['-p', join(ROOT, 'tsconfig.build.json'), '--outDir', out]
  execFileSync(process.execPath, [compiler, ...options], { stdio: 'inherit' })
}

rmSync(out, { recursive: true, force: true })
writeDeclarations()
bundle(out).catch((error: Error) => {
  console.error(error.stack)
  process.exit(1)
})
