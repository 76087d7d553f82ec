-- Change what a deployment asks for while it is not placed.
--
-- KEYS: 1 job, 2 events
-- ARGV: 1 now_ms or '', 2 events_max, 3 spec, 4 message
-- Returns 'ok', 'missing' or 'moved_on' (it is placed).

local now = tonumber(ARGV[1])
if not now then
  local t = redis.call('TIME')
  now = t[1] * 1000 + math.floor(t[2] / 1000)
end

local job = redis.call('HMGET', KEYS[1], 'state', 'attempt')
if not job[1] then
  return 'missing'
end
if job[1] == 'assigned' or job[1] == 'starting' or job[1] == 'running' then
  return 'moved_on'
end

redis.call('HSET', KEYS[1], 'spec', ARGV[3])
redis.call('HINCRBY', KEYS[1], 'revision', 1)
redis.call('XADD', KEYS[2], 'MAXLEN', '~', ARGV[2], '*', 'type', 'respec', 'at_ms', now, 'attempt', job[2],
  'message', ARGV[4])
return 'ok'
