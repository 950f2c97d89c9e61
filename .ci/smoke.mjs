// Uses the installed package as a host does: by import, by require, over HTTP.
import assert from 'node:assert/strict'
import { execFileSync, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { subscribe } from 'node:diagnostics_channel'
import { createServer } from 'node:http'
import { createRequire } from 'node:module'
import { existsSync, writeFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import Provider, { errors, interactionPolicy, Provider as Named } from 'openid-provider'
import * as memory from 'openid-provider/adapters/memory'
import { postgresAdapter } from 'openid-provider/adapters/postgres'
import { redisAdapter } from 'openid-provider/adapters/redis'
import { sqliteAdapter } from 'openid-provider/adapters/sqlite'
import { Issuer } from 'openid-provider/client'
import { startTestProvider } from 'openid-provider/testing'

const required = createRequire(import.meta.url)('openid-provider')
assert.equal(required.default, Provider)
assert.equal(required.Provider, Named)
assert.equal(Named, Provider)
assert.equal(Provider.name, 'Provider')
assert.equal(typeof errors.InvalidRequest, 'function')
for (const [name, value] of Object.entries(errors)) assert.equal(value.name, name)
assert.equal(typeof interactionPolicy.base, 'function')
assert.ok(Object.keys(memory).length > 0)
assert.equal(typeof postgresAdapter, 'function')
assert.equal(typeof redisAdapter, 'function')
assert.equal(createRequire(import.meta.url)('openid-provider/client').Issuer, Issuer)
console.log('imports and requires')

const server = createServer().listen(0, 'localhost')
await once(server, 'listening')
const issuer = `http://localhost:${server.address().port}`
const provider = new Provider(issuer, {
  clients: [{ client_id: 'app', client_secret: 'not a secret', redirect_uris: ['http://localhost/cb'] }],
})
server.on('request', provider.callback())

const response = await fetch(`${issuer}/.well-known/openid-configuration`)
assert.equal(response.status, 200)
const metadata = await response.json()
assert.equal(metadata.issuer, issuer)
const jwks = await (await fetch(metadata.jwks_uri)).json()
assert.ok(jwks.keys.length > 0)
console.log('serves discovery and keys')

const { Client } = await Issuer.discover(issuer)
const client = new Client({ client_id: 'app', client_secret: 'not a secret' })
const refused = await client.oauthCallback('http://localhost/cb', { code: 'none', iss: issuer }).catch((error) => error)
assert.equal(refused.error, 'invalid_grant')
console.log('its client discovers and authenticates')

server.close()
server.closeAllConnections()

const steps = new Set()
subscribe('tracing:openid-provider:step:start', ({ step }) => steps.add(step))
const test = await startTestProvider()
const tokens = await test.logIn('alice', 'smoke', { scope: 'openid email' })
assert.equal(typeof tokens.id_token, 'string')
await test.stop()
console.log('its provider for tests logs somebody in')
assert.ok(steps.size > 20)
assert.deepEqual([...steps].filter((step) => !/^[a-z]+$/i.test(step)), [])
console.log('its steps have their names')

const sqlite = sqliteAdapter({ file: resolve('op.sqlite') })
await sqlite('Session').upsert('one', { uid: 'two' }, 60)
assert.equal((await sqlite('Session').findByUid('two')).uid, 'two')
await sqlite.backup(resolve('backup.sqlite'))
await sqlite.close()
assert.ok(existsSync('backup.sqlite'))
console.log('its SQLite writes and copies from threads of their own')

const manifest = createRequire(import.meta.url).resolve('openid-provider/package.json')
const command = new URL('dist/lib/development/command/command.js', pathToFileURL(manifest))
assert.match(execFileSync(process.execPath, [fileURLToPath(command), '--help'], { encoding: 'utf8' }), /--client/)
console.log('its command explains itself')

writeFileSync('settings.yaml', 'users: {}\n')
const withoutYaml = spawnSync(process.execPath, [fileURLToPath(command), '--config', 'settings.yaml'], { encoding: 'utf8' })
assert.match(withoutYaml.stderr, /npm install yaml/)
console.log('it says what YAML needs')
