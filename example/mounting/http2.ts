import { readFileSync } from 'node:fs'
import { createSecureServer } from 'node:http2'
import { makeProvider, port } from './provider.ts'

const provider = makeProvider(`https://localhost:${port}`)
const key = readFileSync(process.env['TLS_KEY'] ?? 'key.pem')
const cert = readFileSync(process.env['TLS_CERT'] ?? 'cert.pem')

// allowHTTP1: clients that speak HTTP/1.1 only are served, too.
createSecureServer({ key, cert, allowHTTP1: true }, provider.callback()).listen(port)
