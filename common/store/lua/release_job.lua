-- Let a held job wait for GPUs again, at its old place. Nodes that refused a job are asked again.
--
-- KEYS: 1 job, 2 events, 3 waiting
-- ARGV: 1 now_ms or '', 2 events_max, 3 message
-- Returns 'ok' (also when it waits already), 'missing' or 'moved_on' (it does not wait any more).

local now = tonumber(ARGV[1])
if not now then
  local t = redis.call('TIME')
  now = t[1] * 1000 + math.floor(t[2] / 1000)
end

local job = redis.call('HMGET', KEYS[1], 'state', 'sequence', 'id', 'held', 'priority', 'refused_by')
if not job[1] then
  return 'missing'
end
if job[1] ~= 'pending' and job[1] ~= 'queued' then
  return 'moved_on'
end
if job[4] ~= '1' then
  if job[6] and job[6] ~= '' then
    redis.call('HSET', KEYS[1], 'refused_by', '')
    redis.call('HINCRBY', KEYS[1], 'revision', 1)
  end
  return 'ok'
end

redis.call('HSET', KEYS[1], 'held', 0, 'reason', '', 'refused_by', '')
redis.call('HINCRBY', KEYS[1], 'revision', 1)
redis.call('ZADD', KEYS[3], (10 - tonumber(job[5])) * 1e13 + tonumber(job[2]), job[3])
redis.call('XADD', KEYS[2], 'MAXLEN', '~', ARGV[2], '*', 'type', 'release', 'at_ms', now, 'message', ARGV[3])
return 'ok'
