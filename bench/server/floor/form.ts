import { timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Context } from 'koa'
import { SECRET } from '../setup.ts'

export const readForm = (req: IncomingMessage): Promise<URLSearchParams> =>
  new Promise((resolve, reject) => {
    let text = ''
    req.setEncoding('latin1')
    req.on('data', (chunk: string) => {
      text += chunk
    })
    req.on('end', () => resolve(new URLSearchParams(text)))
    req.on('error', reject)
  })

const EXPECTED = Buffer.from(SECRET)

/** @returns the client, if the secret is right */
export function authenticate(ctx: Context): string {
  const [client = '', secret = ''] = Buffer.from(ctx.get('authorization').slice(6), 'base64')
    .toString()
    .split(':')
  const given = Buffer.from(secret)
  if (given.length !== EXPECTED.length || !timingSafeEqual(given, EXPECTED)) ctx.throw(401)
  return client
}

export function json(ctx: Context, text: string, status = 200): void {
  ctx.status = status
  ctx.set('Cache-Control', 'no-store')
  ctx.type = 'application/json'
  ctx.body = text
}
