import { isRecord } from '../is_record.ts'

/** Streams need not be of a class of Node's: `readable-stream` brings its own. */
const isStream = ({ pipe }: Record<string, unknown>): boolean => typeof pipe === 'function'

/** Whether Koa would write it as JSON: an object that is neither bytes nor a source of them. */
export const isJsonBody = (body: unknown): boolean =>
  isRecord(body) &&
  !(
    body instanceof Uint8Array ||
    isStream(body) ||
    body instanceof Blob ||
    body instanceof ReadableStream ||
    body instanceof Response
  )
