-- Note that a pending job was looked at and has to wait for GPUs.
--
-- KEYS: 1 job, 2 events, 3 by_state
-- ARGV: 1 now_ms or '', 2 events_max, 3 message
-- Returns 'ok', 'missing' or 'moved_on' (it is not pending, or it is held).

-- include by_state

local now = tonumber(ARGV[1])
if not now then
  local t = redis.call('TIME')
  now = t[1] * 1000 + math.floor(t[2] / 1000)
end

local job = redis.call('HMGET', KEYS[1], 'state', 'sequence', 'id', 'held')
if not job[1] then
  return 'missing'
end
if job[1] ~= 'pending' or job[4] == '1' then
  return 'moved_on'
end

redis.call('HSET', KEYS[1], 'state', 'queued', 'queued_at_ms', now)
redis.call('HINCRBY', KEYS[1], 'revision', 1)
move_state(KEYS[1], KEYS[3], 'pending', 'queued', job[2], job[3])
redis.call('XADD', KEYS[2], 'MAXLEN', '~', ARGV[2], '*', 'type', 'queue', 'at_ms', now, 'message', ARGV[3])
return 'ok'
