import { Stream } from 'node:stream'
import { isRecord } from '../is_record.ts'

/** Whether Koa would write it as JSON: an object that is neither bytes nor a source of them. */
export const isJsonBody = (body: unknown): boolean =>
  isRecord(body) &&
  !(
    body instanceof Uint8Array ||
    body instanceof Stream ||
    body instanceof Blob ||
    body instanceof ReadableStream ||
    body instanceof Response
  )
