/** What a promise is for, and how adapters come to keep it. */
export interface Advice {
  readonly means: string
  readonly todo: string
}

/** By the beginning of a promise; the first that fits counts. */
const ADVICE: readonly (readonly [promise: RegExp, advice: Advice])[] = [
  [
    /^find:/,
    {
      means:
        'Everything that was made up or has expired looks like a failure of the storage: clients get 500.',
      todo: 'Resolve undefined (or null) for what is not there; reject only when the storage itself failed.',
    },
  ],
  [
    /^upsert: stores every member/,
    {
      means:
        'Tokens lose claims, scope, or what binds them to a key; a later version may store members you do not know.',
      todo: 'Store the payload whole, as JSON, whatever is in it, and copy what you index beside it.',
    },
  ],
  [
    /^upsert: replaces/,
    {
      means:
        'A session keeps the account that was signed out of it, and what was used stays used, or the reverse.',
      todo: 'Replace the row or document instead of merging into it (no JSON_MERGE, no $set of single members).',
    },
  ],
  [
    /^upsert:/,
    {
      means: 'Grants and clients vanish that should stay, or what should expire stays for ever.',
      todo: 'Without expiresIn remove the expiry that an earlier write has set; with it set a new one.',
    },
  ],
  [
    /^destroy:/,
    {
      means: 'People who sign out stay signed in, or get an error when they do it twice.',
      todo: 'Remove the entry under this model and id, and resolve when there is none.',
    },
  ],
  [
    /^ids: the same id in two models/,
    {
      means: 'One kind of token is taken for another, or removed with it.',
      todo: 'Key entries by model and id: the name that the class is constructed with belongs to the key.',
    },
  ],
  [
    /^ids: upper and lower case/,
    {
      means: 'Somebody can use a token of which he changed the case of letters; guessing gets easier.',
      todo: 'Compare ids by bytes: a binary or case-sensitive collation for id, uid, user code and grant id.',
    },
  ],
  [
    /^ids:/,
    {
      means: 'What has such an id is answered with 500, or another entry is found under it.',
      todo: 'Allow 256 characters, bind ids as parameters instead of pasting them into queries or patterns, and use a Map instead of an object.',
    },
  ],
  [
    /^consume: of 100/,
    {
      means:
        'Two requests that bring the same authorization code or refresh token at once both get tokens: a stolen one works beside the real one.',
      todo: 'Mark and test in one step (UPDATE … WHERE consumed IS NULL, a script, a conditional write), and resolve whether this call did it.',
    },
  ],
  [
    /^consume: sets consumed/,
    {
      means: 'A used code works again, or loses its grant, so that nothing is revoked when it is stolen.',
      todo: 'Set consumed in the payload that find() gives back to the current time in epoch seconds, and keep the rest.',
    },
  ],
  [
    /^consume:/,
    {
      means: 'Replays are not noticed, or honest clients are taken for thieves.',
      todo: 'consume() must not win twice, must not reject for a missing entry, and what upsert() stores is fresh again.',
    },
  ],
  [
    /^findByUid:/,
    {
      means:
        'Tokens that end with a session are refused, or live on, and logout by the back channel misses sessions.',
      todo: 'Index sessions by payload.uid. The session that was stored last has it, and removing the one before must not remove the index.',
    },
  ],
  [
    /^findByUserCode:/,
    {
      means: 'The device flow does not work: the page does not find the code that people enter.',
      todo: 'Index device codes by payload.userCode, and read the entry itself when it is found.',
    },
  ],
  [
    /^revokeByGrantId:/,
    {
      means: 'Tokens live on after a code was stolen, a grant revoked, or a person signed out.',
      todo: 'Remove every entry of this model that carries payload.grantId, consumed ones too, and no entry of another model.',
    },
  ],
  [
    /^listByAccountId:/,
    {
      means:
        'provider.sessionsOf(), endSessionsOf() and the like miss something: who signs out everywhere does not.',
      todo: 'SELECT id, payload WHERE model AND account_id AND id > after ORDER BY id LIMIT: an index over these, compared by bytes.',
    },
  ],
  [
    /^commit: .*changes nothing/,
    {
      means: 'Something is issued for a code that was used, revoked or replaced meanwhile.',
      todo: 'Look at the conditions of all operations first, inside the transaction, and change nothing when one does not hold. Answer its position.',
    },
  ],
  [
    /^commit: (?:of 50|lists that)/,
    {
      means:
        'Of requests that race several win: codes are redeemed twice, logouts are undone. Or they wait for each other for ever.',
      todo: 'Lock what the operations name, in one order (by model and id), before you look at conditions; or run it serializable and fail the commit on a conflict.',
    },
  ],
  [
    /^commit:/,
    {
      means:
        'Half of a request is stored: a spent code without its tokens, or tokens without what they depend on.',
      todo: 'Carry out consume, insert, put, require and destroy in one transaction, as AdapterCommit describes them.',
    },
  ],
]

/** What this package makes use of beyond the documented contract. By the beginning of what is told. */
const OFFERS: readonly (readonly [offer: RegExp, todo: string])[] = [
  [
    /^commit\(\)/,
    'Add commit(operations, { deadline }): docs/storage.md, "Your own adapter". Until then serve requests from one process.',
  ],
  [
    /^listByAccountId\(\)/,
    'Add listByAccountId(accountId, { limit, after }): docs/guides/account_page.md. Nothing else needs it.',
  ],
  [
    /^consume\(\) tells/,
    'Resolve true for the call that marked the entry, false for all others. With commit() it is not needed.',
  ],
  [/^consumed/, 'Keep Math.floor(Date.now() / 1000) as consumed.'],
]

export const adviceFor = (promise: string): Advice =>
  ADVICE.find(([begins]) => begins.test(promise))?.[1] ?? {
    means: 'Requests that depend on it fail, or do not do what they were answered.',
    todo: 'See the type Adapter, which describes every method.',
  }

export const todoFor = (offer: string): string =>
  OFFERS.find(([begins]) => begins.test(offer))?.[1] ?? 'See the type Adapter.'
