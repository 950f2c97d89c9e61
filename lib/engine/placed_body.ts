import type { IncomingMessage } from 'node:http'
import type { Request } from 'koa'
import { isRecord } from '../helpers/is_record.ts'
import type { Ctx } from './context.ts'

/** What a middleware in front made of the body it read. */
export type PlacedBody =
  | { kind: 'bytes'; bytes: Uint8Array }
  | { kind: 'text'; text: string }
  | { kind: 'parsed'; fields: Readonly<Record<string, unknown>> }
  /** An array, a number: JSON that is no object. */
  | { kind: 'other' }

/** Where parsers leave what they read: on Node's request (express, serverless adapters) and on Koa's. */
interface Holder {
  body?: unknown
  rawBody?: unknown
}

const isFilled = (value: unknown): boolean =>
  value instanceof Uint8Array || typeof value === 'string'
    ? value.length > 0
    : isRecord(value) && Object.keys(value).length > 0

/**
 * Finds the body that a middleware has read: bytes as they came if they were kept, text, or else what was parsed.
 * @returns `undefined` when it kept nothing
 */
export function placedBody(ctx: Ctx): PlacedBody | undefined {
  const node: IncomingMessage & Holder = ctx.req
  const koa: Request & Holder = ctx.request
  const found: unknown[] = [node.rawBody, node.body, koa.rawBody, koa.body]
  const values = found.some(isFilled) ? found.filter(isFilled) : found
  const bytes = values.find((value) => value instanceof Uint8Array)
  if (bytes !== undefined) return { kind: 'bytes', bytes }
  const text = values.find((value) => typeof value === 'string')
  if (text !== undefined) return { kind: 'text', text }
  const fields = values.find(isRecord)
  if (fields !== undefined) return { kind: 'parsed', fields }
  return values.every((value) => value === undefined) ? undefined : { kind: 'other' }
}
