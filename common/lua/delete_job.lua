-- Forget a final job: its record, its indexes and all that hangs below it.
--
-- KEYS: 1 job, 2 jobs, 3 by_state, then the keys below the job (events, metrics, logs)
-- ARGV: none
-- Returns 'ok', 'missing' or 'not_final'.

local job = redis.call('HMGET', KEYS[1], 'state', 'sequence', 'id')
local state = job[1]
if not state then
  return 'missing'
end
if state ~= 'completed' and state ~= 'failed' and state ~= 'cancelled' and state ~= 'stopped' then
  return 'not_final'
end

redis.call('ZREM', KEYS[2], job[3])
redis.call('ZREM', KEYS[3], string.format('%s:%016d:%s', state, job[2], job[3]))
redis.call('DEL', KEYS[1], unpack(KEYS, 4))
return 'ok'
