import type { Context, Response } from 'koa'
import { isRecord } from '../../helpers/is_record.ts'
import { sha256 } from '../../helpers/jose/sha256.ts'
import type { Onlookers } from './onlookers.ts'
import { SentDocuments } from './sent_documents.ts'

/** A serialized document and its validator. */
export interface SerializedDocument {
  body: string
  etag: string
}

/** A provider is mounted in a handful of places at most; more keys than this are somebody playing. */
const MAX_DOCUMENTS = 50

function serialize(content: object): SerializedDocument {
  const body = JSON.stringify(content)
  return { body, etag: etagOf(body) }
}

const etagOf = (body: string): string => `"${sha256(body)}"`

/** Keeps documents that cost work to serialize. */
export class Documents {
  /** Those that nobody looked at before they were sent. */
  readonly sent = new SentDocuments()
  readonly #kept = new Map<string, SerializedDocument>()
  readonly #shown = new WeakMap<Response, SerializedDocument>()
  readonly #onlookers: Onlookers

  constructor(onlookers: Onlookers) {
    this.#onlookers = onlookers
  }

  get(key: string, make: () => object): SerializedDocument {
    const kept = this.#kept.get(key)
    if (kept !== undefined) return kept
    const made = serialize(make())
    if (this.#kept.size < MAX_DOCUMENTS) this.#kept.set(key, made)
    return made
  }

  /** Something they depend on has changed. */
  clear(): void {
    this.#kept.clear()
    this.sent.clear()
  }

  /** Answers with a document that middleware of the host, if there is any, reads as an object of its own. */
  show(ctx: Context, document: SerializedDocument): void {
    if (this.#onlookers.surround(ctx)) {
      this.#showAsObject(ctx, document)
      return
    }
    ctx.body = document.body
    ctx.set('etag', document.etag)
    if (ctx.fresh) ctx.status = 304
    else this.sent.note(ctx)
  }

  #showAsObject({ response }: Context, document: SerializedDocument): void {
    const take = (): void => void Reflect.deleteProperty(response, 'body')
    response.body = document.body
    this.#shown.set(response, document)
    Object.defineProperty(response, 'body', {
      configurable: true,
      get() {
        take()
        const { type } = response
        response.body = JSON.parse(document.body)
        response.type = type
        return response.body
      },
      set(body: unknown) {
        take()
        response.body = body
      },
    })
  }

  /** Whether the answer is a document, which JSON can hold. */
  isShown({ response }: Pick<Context, 'response'>): boolean {
    return this.#shown.has(response)
  }

  /**
   * Behind all middleware it is known what the answer is, and whether the browser has it already.
   * @see RFC 9110 §8.8.3, §13.1.2
   */
  settle(ctx: Pick<Context, 'response' | 'status' | 'fresh' | 'set'>): void {
    const { response } = ctx
    const shown = this.#shown.get(response)
    if (shown === undefined || ctx.status !== 200) return
    const isUntouched = Object.hasOwn(response, 'body')
    Reflect.deleteProperty(response, 'body')
    if (!isUntouched && isRecord(response.body)) response.body = JSON.stringify(response.body)
    if (typeof response.body !== 'string') return
    if (!response.get('etag')) ctx.set('etag', isUntouched ? shown.etag : etagOf(response.body))
    if (ctx.fresh) ctx.status = 304
  }
}
