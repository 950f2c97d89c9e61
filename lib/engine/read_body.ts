import type { IncomingMessage } from 'node:http'
import contentType from 'content-type'
import rawBody from 'raw-body'
import { InvalidRequest } from '../helpers/errors.ts'
import type { Ctx } from './context.ts'
import type { Runtime } from './runtime.ts'

/** Largest body that is read, in bytes. */
const LIMIT = 56 * 1024
const PARSED_UPSTREAM =
  'WARNING: already parsed request body detected, having upstream middleware parser is not recommended, resolving to use req.body instead'

/** What a request's body turned out to be. */
export type Body =
  | { kind: 'none' }
  | { kind: 'text'; text: string }
  /** A middleware in front of the provider has parsed it. */
  | { kind: 'parsed'; fields: Readonly<Record<string, unknown>> }

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** @throws InvalidRequest when the declared type is another, or its charset is not UTF-8 (RFC 6749 Appendix B) */
function checkContentType(ctx: Ctx, expected: string): void {
  let parsed: contentType.ParsedMediaType
  try {
    parsed = contentType.parse(ctx.req)
  } catch {
    throw new InvalidRequest('content-type header is malformed')
  }
  if (parsed.type !== expected)
    throw new InvalidRequest(
      `only ${expected} content-type bodies are supported on ${ctx.method} ${ctx.path}`,
    )
  const charset = parsed.parameters['charset']?.toLowerCase() ?? 'utf-8'
  if (charset !== 'utf-8' && charset !== 'utf8') throw new InvalidRequest('request body must be in UTF-8')
}

async function readText(ctx: Ctx): Promise<string> {
  const encoding = ctx.get('content-encoding').toLowerCase()
  if (encoding !== '' && encoding !== 'identity')
    throw new InvalidRequest('request body must not be compressed', 415)
  try {
    const bytes = await rawBody(ctx.req, { limit: LIMIT, length: ctx.get('content-length') || null })
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch (cause) {
    const tooLarge = isRecord(cause) && cause['type'] === 'entity.too.large'
    if (tooLarge) throw new InvalidRequest(`request body must not be larger than ${LIMIT} bytes`, 413)
    throw new InvalidRequest('request body could not be read as UTF-8 text', 400, undefined, cause)
  }
}

/**
 * Reads the body of a request.
 * @param expected its media type; a body without any is treated as absent
 * @throws InvalidRequest
 */
export async function readBody(ctx: Ctx, rt: Runtime, expected: string): Promise<Body> {
  const request: IncomingMessage & { body?: unknown } = ctx.req
  const parsed = request.body
  if (parsed !== undefined) {
    rt.notify(PARSED_UPSTREAM)
    if (isRecord(parsed)) return { kind: 'parsed', fields: parsed }
    throw new InvalidRequest('request body is not an object')
  }
  if (ctx.get('content-type') === '') return { kind: 'none' }
  checkContentType(ctx, expected)
  return { kind: 'text', text: await readText(ctx) }
}
