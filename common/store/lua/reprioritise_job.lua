-- Change the priority of a waiting job in place: it keeps its number of submission, so equals stay in their order.
--
-- KEYS: 1 job, 2 events, 3 waiting
-- ARGV: 1 now_ms or '', 2 events_max, 3 priority, 4 the revision it must have or '', 5 message
-- Returns 'ok' (also when it has that priority), 'missing', 'stale_revision' or 'moved_on' (it does not wait any more).

local now = tonumber(ARGV[1])
if not now then
  local t = redis.call('TIME')
  now = t[1] * 1000 + math.floor(t[2] / 1000)
end

local job = redis.call('HMGET', KEYS[1], 'state', 'sequence', 'id', 'held', 'priority', 'revision', 'attempt')
if not job[1] then
  return 'missing'
end
if ARGV[4] ~= '' and job[6] ~= ARGV[4] then
  return 'stale_revision'
end
if job[1] ~= 'pending' and job[1] ~= 'queued' then
  return 'moved_on'
end
if job[5] == ARGV[3] then
  return 'ok'
end

redis.call('HSET', KEYS[1], 'priority', ARGV[3])
redis.call('HINCRBY', KEYS[1], 'revision', 1)
if job[4] ~= '1' then
  redis.call('ZADD', KEYS[3], (10 - tonumber(ARGV[3])) * 1e13 + tonumber(job[2]), job[3])
end
redis.call('XADD', KEYS[2], 'MAXLEN', '~', ARGV[2], '*', 'type', 'reprioritise', 'at_ms', now, 'attempt', job[7],
  'message', ARGV[5])
return 'ok'
