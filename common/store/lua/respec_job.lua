-- Change what a deployment asks for: while it is not placed, or where its place allows for it also then.
--
-- KEYS: 1 job, 2 events
-- ARGV: 1 now_ms or '', 2 events_max, 3 spec, 4 message, 5 whether it may be placed (0, 1),
--       6 the revision it must have or ''
-- Returns 'ok', 'missing', 'stale_revision' or 'moved_on' (it is placed and may not be).

local now = tonumber(ARGV[1])
if not now then
  local t = redis.call('TIME')
  now = t[1] * 1000 + math.floor(t[2] / 1000)
end

local job = redis.call('HMGET', KEYS[1], 'state', 'attempt', 'revision')
if not job[1] then
  return 'missing'
end
if ARGV[6] ~= '' and job[3] ~= ARGV[6] then
  return 'stale_revision'
end
if ARGV[5] == '0' and (job[1] == 'assigned' or job[1] == 'starting' or job[1] == 'running') then
  return 'moved_on'
end

redis.call('HSET', KEYS[1], 'spec', ARGV[3])
redis.call('HINCRBY', KEYS[1], 'revision', 1)
redis.call('XADD', KEYS[2], 'MAXLEN', '~', ARGV[2], '*', 'type', 'respec', 'at_ms', now, 'attempt', job[2],
  'message', ARGV[4])
return 'ok'
