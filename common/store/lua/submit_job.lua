-- Accept a job: its record, its indexes, its idempotency key and its first event, or nothing of it.
--
-- KEYS: 1 job, 2 events, 3 jobs, 4 by_state, 5 waiting, 6 sequence, 7 idempotency or '',
--       8 trainings to be deployed when they are done or '', 9 kept leases,
--       10 the content of a data set it names, 11 that content's jobs, and so on for each
-- ARGV: 1 now_ms or '', 2 events_max, 3 id, 4 state (pending, queued), 5 held (0, 1), 6 priority, 7 message,
--       8 body_hash, 9 idempotency_ms, then the record's other fields as name, value, ...
-- Returns {'ok', sequence}, {'taken'}, {'leaving'} (by a job that was deleted and of which something may live),
-- {'replayed', id} (same key, same body), {'reused', id} (same key, other body) or {'dataset_gone', which, from 0}.

local now = tonumber(ARGV[1])
if not now then
  local t = redis.call('TIME')
  now = t[1] * 1000 + math.floor(t[2] / 1000)
end
local id, state, held, priority = ARGV[3], ARGV[4], ARGV[5], tonumber(ARGV[6])

if KEYS[7] ~= '' then
  local known = redis.call('HMGET', KEYS[7], 'job_id', 'body_hash')
  if known[1] then
    return { known[2] == ARGV[8] and 'replayed' or 'reused', known[1] }
  end
end
local there = redis.call('HMGET', KEYS[1], 'state', 'deleted_at_ms')
if there[1] then
  return { (there[2] or '') == '' and 'taken' or 'leaving' }
end
for content = 10, #KEYS, 2 do
  if redis.call('EXISTS', KEYS[content]) == 0 then
    return { 'dataset_gone', (content - 10) / 2 }
  end
end

local sequence = redis.call('INCR', KEYS[6])
redis.call('DEL', KEYS[1], KEYS[2]) -- what is no record may not keep its id from being used
redis.call('HSET', KEYS[1], 'id', id, 'state', state, 'held', held, 'priority', priority, 'sequence', sequence,
  'attempt', 0, 'revision', 1, 'created_at_ms', now, unpack(ARGV, 10))
-- An earlier job of this id may have been ended by force and deleted while a silent node still holds GPUs for its
-- attempts: their numbers are not given again, or one would pass for the other.
for _, holder in ipairs(redis.call('HKEYS', KEYS[9])) do
  local holder_id, attempt = string.match(holder, '^(.*):(%d+)$')
  if holder_id == id and tonumber(attempt) > tonumber(redis.call('HGET', KEYS[1], 'attempt_floor') or 0) then
    redis.call('HSET', KEYS[1], 'attempt_floor', attempt)
  end
end
if state == 'queued' then
  redis.call('HSET', KEYS[1], 'queued_at_ms', now)
end
redis.call('ZADD', KEYS[3], sequence, id)
redis.call('ZADD', KEYS[4], 0, string.format('%s:%016d:%s', state, sequence, id))
if held == '0' then
  redis.call('ZADD', KEYS[5], (10 - priority) * 1e13 + sequence, id)
end
redis.call('XADD', KEYS[2], 'MAXLEN', '~', ARGV[2], '*', 'type', 'submit', 'at_ms', now, 'attempt', 0,
  'message', ARGV[7])
if KEYS[8] ~= '' then
  redis.call('SADD', KEYS[8], id)
end
for jobs = 11, #KEYS, 2 do
  redis.call('SADD', KEYS[jobs], id)
end
if KEYS[7] ~= '' then
  redis.call('HSET', KEYS[7], 'job_id', id, 'body_hash', ARGV[8])
  redis.call('PEXPIRE', KEYS[7], ARGV[9])
end
return { 'ok', sequence }
