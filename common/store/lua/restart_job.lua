-- Note that a deployment's server ended and is started again where it is: it keeps its leases.
--
-- KEYS: 1 job, 2 events, 3 by_state
-- ARGV: 1 now_ms or '', 2 events_max, 3 attempt, 4 reason, 5 message, 6 restarts so far
-- Returns 'ok', 'missing', 'stale_attempt' or 'moved_on'.

-- include by_state

local now = tonumber(ARGV[1])
if not now then
  local t = redis.call('TIME')
  now = t[1] * 1000 + math.floor(t[2] / 1000)
end

local job = redis.call('HMGET', KEYS[1], 'state', 'sequence', 'id', 'attempt')
if not job[1] then
  return 'missing'
end
if job[4] ~= ARGV[3] then
  return 'stale_attempt'
end
if job[1] ~= 'starting' and job[1] ~= 'running' then
  return 'moved_on'
end

redis.call('HSET', KEYS[1], 'state', 'starting', 'endpoint', '', 'unhealthy_since_ms', '', 'process_id', '',
  'ready_at_ms', '',
  'restarts', ARGV[6], 'reason', ARGV[4], 'message', ARGV[5])
redis.call('HINCRBY', KEYS[1], 'revision', 1)
move_state(KEYS[1], KEYS[3], job[1], 'starting', job[2], job[3])
redis.call('XADD', KEYS[2], 'MAXLEN', '~', ARGV[2], '*', 'type', 'restart', 'at_ms', now, 'attempt', ARGV[3],
  'message', ARGV[5])
return 'ok'
