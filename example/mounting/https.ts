import { readFileSync } from 'node:fs'
import { createServer } from 'node:https'
import { makeProvider, port } from './provider.ts'

const provider = makeProvider(`https://localhost:${port}`)
const key = readFileSync(process.env['TLS_KEY'] ?? 'key.pem')
const cert = readFileSync(process.env['TLS_CERT'] ?? 'cert.pem')

createServer({ key, cert }, provider.callback()).listen(port)
