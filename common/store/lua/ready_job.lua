-- Note that a deployment answers as the model it should be: publish its endpoint. When its version is the wanted one of
-- its model name, it takes over in the same step.
--
-- KEYS: 1 job, 2 events, 3 by_state, 4 model, 5 bell of the deployer
-- ARGV: 1 now_ms or '', 2 events_max, 3 attempt, 4 endpoint, 5 version, 6 message, 7 message of taking over
-- Returns 'ok' (also when it ran already), 'missing', 'stale_attempt', 'moved_on' or 'cancel_requested'.

-- include by_state

local now = tonumber(ARGV[1])
if not now then
  local t = redis.call('TIME')
  now = t[1] * 1000 + math.floor(t[2] / 1000)
end

local job = redis.call('HMGET', KEYS[1], 'state', 'sequence', 'id', 'attempt', 'cancel_requested_at_ms')
if not job[1] then
  return 'missing'
end
if job[4] ~= ARGV[3] then
  return 'stale_attempt'
end
if job[1] ~= 'starting' and job[1] ~= 'running' then
  return 'moved_on'
end
if job[5] and job[5] ~= '' then
  return 'cancel_requested'
end

redis.call('HSET', KEYS[1], 'endpoint', ARGV[4], 'unhealthy_since_ms', '')
if job[1] == 'starting' then
  redis.call('HSET', KEYS[1], 'state', 'running', 'ready_at_ms', now, 'reason', '', 'message', '')
  redis.call('HINCRBY', KEYS[1], 'revision', 1)
  move_state(KEYS[1], KEYS[3], 'starting', 'running', job[2], job[3])
  redis.call('XADD', KEYS[2], 'MAXLEN', '~', ARGV[2], '*', 'type', 'ready', 'at_ms', now, 'attempt', ARGV[3],
    'message', ARGV[6])
end
local model = redis.call('HMGET', KEYS[4], 'wanted', 'active')
if model[1] == ARGV[5] and model[2] ~= ARGV[5] then
  redis.call('HSET', KEYS[4], 'active', ARGV[5], 'previous', model[2] or '', 'changed_at_ms', now)
  redis.call('HDEL', KEYS[4], 'recovered_from_ms')
  redis.call('XADD', KEYS[2], 'MAXLEN', '~', ARGV[2], '*', 'type', 'take_over', 'at_ms', now, 'attempt', ARGV[3],
    'message', ARGV[7])
end
redis.call('LPUSH', KEYS[5], job[3])
redis.call('LTRIM', KEYS[5], 0, 0)
return 'ok'
