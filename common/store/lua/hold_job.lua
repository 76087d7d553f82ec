-- Take a waiting job out of the queue and keep it, pending, until it is released.
--
-- KEYS: 1 job, 2 events, 3 by_state, 4 waiting
-- ARGV: 1 now_ms or '', 2 events_max, 3 message
-- Returns 'ok' (also when it is held already), 'missing' or 'moved_on' (it does not wait any more).

-- include by_state

local now = tonumber(ARGV[1])
if not now then
  local t = redis.call('TIME')
  now = t[1] * 1000 + math.floor(t[2] / 1000)
end

local job = redis.call('HMGET', KEYS[1], 'state', 'sequence', 'id', 'held')
local state, sequence, id, held = job[1], job[2], job[3], job[4]
if not state then
  return 'missing'
end
if state ~= 'pending' and state ~= 'queued' then
  return 'moved_on'
end
if held == '1' then
  return 'ok'
end

redis.call('HSET', KEYS[1], 'state', 'pending', 'held', 1, 'reason', 'held_by_user')
redis.call('HINCRBY', KEYS[1], 'revision', 1)
move_state(KEYS[1], KEYS[3], state, 'pending', sequence, id)
redis.call('ZREM', KEYS[4], id)
redis.call('XADD', KEYS[2], 'MAXLEN', '~', ARGV[2], '*', 'type', 'hold', 'at_ms', now, 'message', ARGV[3])
return 'ok'
