// Lays out a folder in which the tests find an installed package where the sources are in the repository:
// node .ci/use_packed.mjs <folder with the package installed>
import { cpSync, existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'

const root = resolve(import.meta.dirname, '..')
const folder = resolve(process.argv[2])
const packed = join(folder, 'node_modules/openid-provider/dist/lib')

for (const name of ['test', 'types', 'example', 'scripts', 'docs', 'package.json']) {
  if (existsSync(join(root, name))) cpSync(join(root, name), join(folder, 'suite', name), { recursive: true })
}
symlinkSync(join(root, 'node_modules'), join(folder, 'suite/node_modules'))
for (const file of readdirSync(packed, { recursive: true, encoding: 'utf8' })) {
  if (!file.endsWith('.js')) continue
  const shim = join(folder, 'suite/lib', file.replace(/\.js$/, '.ts'))
  mkdirSync(dirname(shim), { recursive: true })
  const module = JSON.stringify(join(packed, file))
  const hasDefault = file === 'index.js'
  writeFileSync(shim, `export * from ${module}\n${hasDefault ? `export { default } from ${module}\n` : ''}`)
}
