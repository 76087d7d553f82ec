-- Let a deployment that was stopped or failed wait again, for a new attempt, under a new Celery task.
--
-- KEYS: 1 job, 2 events, 3 by_state, 4 waiting, 5 model (only where it is to start again for having been told to while it
--       was being stopped)
-- ARGV: 1 now_ms or '', 2 events_max, 3 task id, 4 message
-- Returns 'ok', 'missing' (also when it was deleted) or 'moved_on' (it has not ended, or is not to start again any more).

-- include by_state
-- include reopening

local now = tonumber(ARGV[1])
if not now then
  local t = redis.call('TIME')
  now = t[1] * 1000 + math.floor(t[2] / 1000)
end

local job = redis.call('HMGET', KEYS[1], 'state', 'sequence', 'id', 'attempt', 'priority', 'deleted_at_ms')
local state = job[1]
if not state or (job[6] or '') ~= '' then
  return 'missing'
end
if state ~= 'stopped' and state ~= 'failed' then
  return 'moved_on'
end
if KEYS[5] and redis.call('HDEL', KEYS[5], 'again:' .. job[3]) == 0 then
  return 'moved_on'
end

reopen(KEYS[1], KEYS[2], KEYS[3], KEYS[4], job, now, ARGV[2], ARGV[3], ARGV[4])
return 'ok'
