-- Write an event of a placed attempt that is no arrow of the state chart, with fields of the record.
-- One that says what the newest event says is that one, told again by a follower that had not heard of it.
--
-- KEYS: 1 job, 2 events
-- ARGV: 1 now_ms or '', 2 events_max, 3 attempt, 4 type, 5 message, then fields as name, value, ...
-- Returns 'ok', 'missing', 'stale_attempt' or 'moved_on' (it is not placed any more).

local now = tonumber(ARGV[1])
if not now then
  local t = redis.call('TIME')
  now = t[1] * 1000 + math.floor(t[2] / 1000)
end

local job = redis.call('HMGET', KEYS[1], 'state', 'attempt')
if not job[1] then
  return 'missing'
end
if job[2] ~= ARGV[3] then
  return 'stale_attempt'
end
if job[1] ~= 'assigned' and job[1] ~= 'starting' and job[1] ~= 'running' then
  return 'moved_on'
end

local function is_told()
  local newest = redis.call('XREVRANGE', KEYS[2], '+', '-', 'COUNT', 1)[1]
  local said = {}
  for place = 1, newest and #newest[2] or 0, 2 do
    said[newest[2][place]] = newest[2][place + 1]
  end
  return said.attempt == ARGV[3] and said.type == ARGV[4] and said.message == ARGV[5]
end

if #ARGV > 5 then
  redis.call('HSET', KEYS[1], unpack(ARGV, 6))
end
redis.call('HINCRBY', KEYS[1], 'revision', 1)
if not is_told() then
  redis.call('XADD', KEYS[2], 'MAXLEN', '~', ARGV[2], '*', 'type', ARGV[4], 'at_ms', now, 'attempt', ARGV[3],
    'message', ARGV[5])
end
return 'ok'
