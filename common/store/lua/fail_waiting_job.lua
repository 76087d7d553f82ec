-- Fail a job that waits, because every node that could run it has refused it.
--
-- KEYS: 1 job, 2 events, 3 by_state, 4 waiting, 5 ended tasks
-- ARGV: 1 now_ms or '', 2 events_max, 3 attempt, 4 reason, 5 message
-- Returns 'ok' (also when that is its end already), 'missing', 'stale_attempt' or 'moved_on' (it does not wait, or is
-- held).

-- include by_state
-- include ending

local now = tonumber(ARGV[1])
if not now then
  local t = redis.call('TIME')
  now = t[1] * 1000 + math.floor(t[2] / 1000)
end

local job = redis.call('HMGET', KEYS[1], 'state', 'sequence', 'id', 'attempt', 'held', 'task_id', 'reason')
local state, sequence, id = job[1], job[2], job[3]
if not state then
  return 'missing'
end
if job[4] ~= ARGV[3] then
  return 'stale_attempt'
end
if state == 'failed' and job[7] == ARGV[4] then
  return 'ok'
end
if (state ~= 'pending' and state ~= 'queued') or job[5] == '1' then
  return 'moved_on'
end

redis.call('HSET', KEYS[1], 'state', 'failed', 'ended_at_ms', now, 'reason', ARGV[4], 'message', ARGV[5])
redis.call('HINCRBY', KEYS[1], 'revision', 1)
move_state(KEYS[1], KEYS[3], state, 'failed', sequence, id)
redis.call('ZREM', KEYS[4], id)
redis.call('XADD', KEYS[2], 'MAXLEN', '~', ARGV[2], '*', 'type', 'fail', 'at_ms', now, 'attempt', ARGV[3],
  'message', ARGV[5])
note_ended(KEYS[5], id, job[6], '', ARGV[3], 'failed', ARGV[4], ARGV[5], now)
return 'ok'
