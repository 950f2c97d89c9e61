import { createHash } from 'node:crypto'

/** A script, and the name Redis knows it by once it has run. */
export interface Script {
  readonly text: string
  readonly sha: string
}

const script = (text: string): Script => ({ text, sha: createHash('sha1').update(text).digest('hex') })

/** How many arguments describe one operation. */
export const ROW_LENGTH = 11

/**
 * An entry is a hash at `<base><member>`, where the member is `<model>:<id>`. `payload` is the JSON text as it was
 * given, which no script reads: what conditions are about stands beside it. `exp` is always there, `consumed` where the
 * entry was used. `lookup`, `grant` and `account` name, without the base, the keys that point at the entry: a string
 * that holds the member, a set of members sorted by the time they are dropped, and one sorted by the members themselves.
 */
const FORGET = `
local base = KEYS[1]
local function forget(member)
  local key = base .. member
  if redis.call('EXISTS', key) == 0 then return end
  local named = redis.call('HMGET', key, 'lookup', 'grant', 'account')
  if named[1] and redis.call('GET', base .. named[1]) == member then redis.call('DEL', base .. named[1]) end
  if named[2] then redis.call('ZREM', base .. named[2], member) end
  if named[3] then redis.call('ZREM', base .. named[3], member) end
  redis.call('DEL', key)
end
`

/**
 * Carries out a list of operations: conditions first, changes only when all of them hold. The mark is written before
 * everything else, because a script may go on whatever memory is left once it has removed something.
 *
 * KEYS: base, mark of this list, the entry of each operation.
 * ARGV: milliseconds that Redis's clock is ahead of the caller's; deadline on the caller's clock or ''; milliseconds
 * the mark is kept or ''; then a row for each operation.
 * Answers 0 for done, the position (from 1) of the operation that failed, or -1 for too late; and Redis's clock in
 * milliseconds.
 */
export const WRITE = script(`${FORGET}
local time = redis.call('TIME')
local clock = time[1] * 1000 + math.floor(time[2] / 1000)
local now = clock - tonumber(ARGV[1])
local seconds = math.floor(now / 1000)

if ARGV[3] ~= '' and redis.call('EXISTS', KEYS[2]) == 1 then return { 0, clock } end
if ARGV[2] ~= '' and now >= tonumber(ARGV[2]) then return { -1, clock } end

local function read(position)
  local at = 4 + (position - 1) * ${ROW_LENGTH}
  return {
    key = KEYS[position + 2],
    op = ARGV[at], member = ARGV[at + 1], condition = ARGV[at + 2], payload = ARGV[at + 3], keep = ARGV[at + 4],
    exp = ARGV[at + 5], version = ARGV[at + 6], consumed = ARGV[at + 7], lookup = ARGV[at + 8], grant = ARGV[at + 9],
    account = ARGV[at + 10]
  }
end

local function holds(row)
  if row.op == 'put' or row.op == 'destroy' then return true end
  local state = redis.call('HMGET', row.key, 'exp', 'consumed', 'version')
  local live = state[1] and (state[1] == '' or tonumber(state[1]) > seconds)
  if row.op == 'insert' then return not live end
  if not live or state[2] then return false end
  return row.op == 'consume' or row.condition == '' or row.condition == (state[3] or '0')
end

local function point(row, dropped)
  if row.lookup ~= '' then
    redis.call('SET', base .. row.lookup, row.member)
    if dropped then redis.call('PEXPIREAT', base .. row.lookup, dropped) end
  end
  if row.grant == '' then return end
  local set = base .. row.grant
  redis.call('ZREMRANGEBYSCORE', set, '-inf', clock)
  redis.call('ZADD', set, dropped or '+inf', row.member)
  local last = redis.call('ZRANGE', set, -1, -1, 'WITHSCORES')[2]
  if last == 'inf' then redis.call('PERSIST', set) else redis.call('PEXPIREAT', set, last) end
end

-- Members that expired are found by drawing two at each write: on average no more than half of a list is dead.
local function list(row, dropped)
  if row.account == '' then return end
  local set = base .. row.account
  local left = redis.call('PTTL', set)
  redis.call('ZADD', set, 0, row.member)
  if not dropped then return end
  if left < 0 or clock + left < dropped then redis.call('PEXPIREAT', set, dropped) end
  for _, member in ipairs(redis.call('ZRANDMEMBER', set, 2)) do
    if redis.call('EXISTS', base .. member) == 0 then redis.call('ZREM', set, member) end
  end
end

local function store(row)
  forget(row.member)
  local fields = { 'payload', row.payload, 'exp', row.exp }
  local function add(name, value)
    fields[#fields + 1] = name
    fields[#fields + 1] = value
  end
  if row.version ~= '' then add('version', row.version) end
  if row.consumed ~= '' then add('consumed', '') end
  if row.lookup ~= '' then add('lookup', row.lookup) end
  if row.grant ~= '' then add('grant', row.grant) end
  if row.account ~= '' then add('account', row.account) end
  redis.call('HSET', row.key, unpack(fields))
  local dropped = row.keep ~= '' and clock + tonumber(row.keep)
  if dropped then redis.call('PEXPIREAT', row.key, dropped) end
  point(row, dropped)
  list(row, dropped)
end

local rows = {}
for position = 1, #KEYS - 2 do
  rows[position] = read(position)
  if not holds(rows[position]) then return { position, clock } end
end
if ARGV[3] ~= '' then redis.call('SET', KEYS[2], '', 'PX', ARGV[3]) end
for _, row in ipairs(rows) do
  if row.op == 'insert' or row.op == 'put' then store(row)
  elseif row.op == 'consume' then redis.call('HSET', row.key, 'consumed', seconds, 'attempt', row.condition)
  elseif row.op == 'destroy' then forget(row.member) end
end
return { 0, clock }
`)

/**
 * Removes the entries of one model that stand in the set of a grant.
 *
 * KEYS: base, set. ARGV: name of the set, beginning of the members.
 */
export const REVOKE = script(`${FORGET}
for _, member in ipairs(redis.call('ZRANGE', KEYS[2], 0, -1)) do
  if string.sub(member, 1, #ARGV[2]) == ARGV[2] then
    if redis.call('HGET', base .. member, 'grant') == ARGV[1] then forget(member)
    else redis.call('ZREM', KEYS[2], member) end
  end
end
`)

/**
 * Finds the entry that a look-up points at, unless it was replaced by one with another value.
 *
 * KEYS: base, look-up. ARGV: name of the look-up.
 */
export const FIND_BY = script(`
local member = redis.call('GET', KEYS[2])
if not member then return false end
local found = redis.call('HMGET', KEYS[1] .. member, 'payload', 'consumed', 'attempt', 'lookup')
return found[4] == ARGV[1] and found
`)

/**
 * What an account has, of one model, behind a member: of the entries that expire and of those that do not, which stand
 * in a list each, in the order of bytes. They are merged outside, as Lua compares text by the locale of the server.
 *
 * KEYS: base, both lists. ARGV: where to begin, how many of each list. Answers member, payload, consumed and attempt of
 * each, and '' for what is not there.
 */
export const LIST = script(`
local answer = {}
for position = 2, 3 do
  for _, member in ipairs(redis.call('ZRANGEBYLEX', KEYS[position], ARGV[1], '+', 'LIMIT', 0, ARGV[2])) do
    local found = redis.call('HMGET', KEYS[1] .. member, 'payload', 'consumed', 'attempt')
    for _, value in ipairs({ member, found[1] or '', found[2] or '', found[3] or '' }) do
      answer[#answer + 1] = value
    end
  end
end
return answer
`)
