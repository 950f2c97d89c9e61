// Lays out a folder in which the tests find an installed package where the sources are in the repository:
// node .ci/use_packed.mjs <folder with the package installed>
import { cpSync, existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'

const root = resolve(import.meta.dirname, '..')
const folder = resolve(process.argv[2])
const packed = join(folder, 'node_modules/openid-provider/dist')

for (const name of ['lib', 'test', 'types', 'example', 'scripts', 'docs', 'package.json']) {
  if (existsSync(join(root, name))) cpSync(join(root, name), join(folder, 'suite', name), { recursive: true })
}
symlinkSync(join(root, 'node_modules'), join(folder, 'suite/node_modules'))
// What the package joins into its entry points cannot be had from it piece by piece: small parts come from the sources.
const { exports, bin } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const targets = [...Object.values(exports), ...Object.values(bin)].map((target) => target.default ?? target)
for (const target of targets.filter((each) => each.endsWith('.js'))) {
  const file = target.replace(/^(?:\.\/)?dist\//, '')
  const module = JSON.stringify(join(packed, file))
  const hasDefault = file === 'lib/index.js'
  const shim = `export * from ${module}\n${hasDefault ? `export { default } from ${module}\n` : ''}`
  writeFileSync(join(folder, 'suite', file.replace(/\.js$/, '.ts')), shim)
}
