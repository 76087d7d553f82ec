-- Accept a job: its record, its indexes, its idempotency key and its first event, or nothing of it.
--
-- KEYS: 1 job, 2 events, 3 by_state, 4 waiting, 5 placed, 6 ended, 7 transitions, 8 jobs, 9 sequence, 10 idempotency
--       or '', 11 trainings to be deployed when they are done or '', 12 kept leases, 13 projects,
--       14 the content of a data set it names, 15 that content's jobs, and so on for each
-- ARGV: 1 now_ms or '', 2 events_max, 3 id, 4 state (pending, queued), 5 held (0, 1), 6 priority, 7 message,
--       8 body_hash, 9 idempotency_ms, 10 project, 11 kind, then the record's other fields as name, value, ...
-- Returns {'ok', sequence}, {'taken'}, {'leaving'} (by a job that was deleted and of which something may live),
-- {'replayed', id} (same key, same body), {'reused', id} (same key, other body) or {'dataset_gone', which, from 0}.

-- include arrow
-- include project

local now = now_ms(ARGV[1])
local id, state = ARGV[3], ARGV[4]

if KEYS[10] ~= '' then
  local known = redis.call('HMGET', KEYS[10], 'job_id', 'body_hash')
  if known[1] then
    return { known[2] == ARGV[8] and 'replayed' or 'reused', known[1] }
  end
end
local there = redis.call('HMGET', KEYS[1], 'state', 'deleted_at_ms')
if there[1] then
  return { (there[2] or '') == '' and 'taken' or 'leaving' }
end
for content = 14, #KEYS, 2 do
  if redis.call('EXISTS', KEYS[content]) == 0 then
    return { 'dataset_gone', (content - 14) / 2 }
  end
end

local sequence = redis.call('INCR', KEYS[9])
redis.call('DEL', KEYS[1], KEYS[2]) -- what is no record may not keep its id from being used
move_job({ state = '', deleted_at_ms = '', node = '' }, 'submit', state, now, ARGV[7], { 'id', id, 'held', ARGV[5],
  'priority', ARGV[6], 'sequence', sequence, 'attempt', 0, 'created_at_ms', now, 'project', ARGV[10], unpack(ARGV, 12) })
redis.call('ZADD', KEYS[8], sequence, id)
redis.call('ZADD', KEYS[13], 0, project_member(ARGV[10], ARGV[11], sequence, id))
-- An earlier job of this id may have been ended by force and deleted while a silent node still holds GPUs for its
-- attempts: their numbers are not given again, or one would pass for the other.
for _, holder in ipairs(redis.call('HKEYS', KEYS[12])) do
  local holder_id, attempt = string.match(holder, '^(.*):(%d+)$')
  if holder_id == id and tonumber(attempt) > tonumber(redis.call('HGET', KEYS[1], 'attempt_floor') or 0) then
    redis.call('HSET', KEYS[1], 'attempt_floor', attempt)
  end
end
if state == 'queued' then
  redis.call('HSET', KEYS[1], 'queued_at_ms', now)
end
if KEYS[11] ~= '' then
  redis.call('SADD', KEYS[11], id)
end
for jobs = 15, #KEYS, 2 do
  redis.call('SADD', KEYS[jobs], id)
end
if KEYS[10] ~= '' then
  redis.call('HSET', KEYS[10], 'job_id', id, 'body_hash', ARGV[8])
  redis.call('PEXPIRE', KEYS[10], ARGV[9])
end
return { 'ok', sequence }
