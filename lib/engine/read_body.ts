import { InvalidRequest } from '../helpers/errors.ts'
import { collect, TooLong } from './collect.ts'
import type { Ctx } from './context.ts'
import { readMediaType } from './media_type.ts'
import { placedBody } from './placed_body.ts'
import { BODY } from './reasons/engine_reasons.ts'
import type { Runtime } from './runtime.ts'

/** Largest body that is read, in bytes. */
const LIMIT = 56 * 1024
const PARSED_UPSTREAM =
  'WARNING: already parsed request body detected, having upstream middleware parser is not recommended, resolving to use req.body instead'
const NOTHING_LEFT =
  'a middleware in front of the provider has read the request body and left nothing of it on req.body or ctx.request.body: put the parser behind the provider, or have it keep the body on the request'
const BEYOND_ASCII = /[^\0-\x7f]/

/** What a request's body turned out to be. */
export type Body =
  | { kind: 'none' }
  | { kind: 'text'; text: string; asciiOnly: boolean }
  /** A middleware in front of the provider has parsed it. */
  | { kind: 'parsed'; fields: Readonly<Record<string, unknown>> }

const tooLarge = () =>
  new InvalidRequest(`request body must not be larger than ${LIMIT} bytes`, 413).because(BODY.too_large)
const notAscii = () => new InvalidRequest('request body must be in UTF-8').because(BODY.not_utf8)

/** @throws InvalidRequest before anything is read */
function checkHeaders(ctx: Ctx): void {
  const encoding = ctx.get('content-encoding').toLowerCase()
  if (encoding !== '' && encoding !== 'identity')
    throw new InvalidRequest('request body must not be compressed', 415).because(BODY.compressed)
  if (Number(ctx.get('content-length')) > LIMIT) throw tooLarge()
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

function decode(bytes: Uint8Array): string {
  if (bytes.length > LIMIT) throw tooLarge()
  try {
    return utf8.decode(bytes)
  } catch (cause) {
    throw new InvalidRequest('request body could not be read as UTF-8 text', 400, undefined, cause).because(
      BODY.not_utf8,
    )
  }
}

function notCollected(cause: unknown): never {
  if (cause instanceof TooLong) throw tooLarge()
  throw new InvalidRequest('request body could not be read', 400, undefined, cause).because(BODY.unreadable)
}

/** The size of what was parsed is that of its JSON; what has none did not come in a body. */
function serialized(fields: Readonly<Record<string, unknown>>): string {
  try {
    return JSON.stringify(fields)
  } catch (cause) {
    throw new InvalidRequest('request body is not an object', 400, undefined, cause).because(BODY.not_object)
  }
}

function usePlaced(ctx: Ctx, rt: Runtime, asciiOnly: boolean): Body {
  rt.notify(PARSED_UPSTREAM)
  const placed = placedBody(ctx)
  if (placed === undefined) throw new TypeError(NOTHING_LEFT)
  if (placed.kind === 'other')
    throw new InvalidRequest('request body is not an object').because(BODY.not_object)
  if (placed.kind === 'bytes') return { kind: 'text', text: decode(small(placed.bytes)), asciiOnly }
  if (placed.kind === 'text') return { kind: 'text', text: small(placed.text), asciiOnly }
  const text = small(serialized(placed.fields))
  if (asciiOnly && BEYOND_ASCII.test(text)) throw notAscii()
  return placed
}

/** @throws InvalidRequest for a body that would not be read from a stream either */
function small<T extends string | Uint8Array>(body: T): T {
  if (Buffer.byteLength(body) > LIMIT) throw tooLarge()
  return body
}

/** Adapters of serverless platforms state the length as a number. */
const lengthOf = (ctx: Ctx): string => String(ctx.get('content-length'))

const isSentEmpty = (ctx: Ctx): boolean =>
  lengthOf(ctx) === '0' || (lengthOf(ctx) === '' && ctx.get('transfer-encoding') === '')

/** Adapters of serverless platforms put the body on a request whose stream has nothing to say. */
function isOnlyPlaced(ctx: Ctx, read: Uint8Array): boolean {
  return read.length === 0 && !isSentEmpty(ctx) && placedBody(ctx) !== undefined
}

/**
 * Reads the body of a request from its stream while that can be read. After a middleware in front has read it,
 * what that one kept is used; the `Content-Type` tells what it must be either way.
 * @param expected its media type; a body without any is treated as absent
 * @throws InvalidRequest
 */
export function readBody(ctx: Ctx, rt: Runtime, expected: string): Body | Promise<Body> {
  const declared = readMediaType(ctx)
  if (declared === undefined) return { kind: 'none' }
  const { type, asciiOnly } = declared
  if (type !== expected) {
    throw new InvalidRequest(
      `only ${expected} content-type bodies are supported on ${ctx.method} ${ctx.path}`,
    ).because(BODY.media_type_unsupported, { accepted: [expected] })
  }
  checkHeaders(ctx)
  const isRead = ctx.req.readableDidRead || !ctx.req.readable
  if (!isRead) return receive(ctx, rt, asciiOnly)
  if (isSentEmpty(ctx) && placedBody(ctx) === undefined) return { kind: 'text', text: '', asciiOnly }
  return inAscii(usePlaced(ctx, rt, asciiOnly))
}

/** @throws InvalidRequest when there is something else although only ASCII may come */
function inAscii(body: Body): Body {
  if (body.kind === 'text' && body.asciiOnly && BEYOND_ASCII.test(body.text)) throw notAscii()
  return body
}

function receive(ctx: Ctx, rt: Runtime, asciiOnly: boolean): Promise<Body> {
  return collect(ctx.req, LIMIT).then((bytes) => {
    const body: Body = isOnlyPlaced(ctx, bytes)
      ? usePlaced(ctx, rt, asciiOnly)
      : { kind: 'text', text: decode(bytes), asciiOnly }
    return inAscii(body)
  }, notCollected)
}
