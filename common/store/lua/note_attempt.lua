-- Write an event of a placed attempt that is no arrow of the state chart, with fields of the record.
-- One that says what the newest event says is that one, told again by a follower that had not heard of it.
--
-- KEYS: 1 job, 2 events
-- ARGV: 1 now_ms or '', 2 events_max, 3 attempt, 4 type, 5 message, then fields as name, value, ...
-- Returns 'ok', 'missing', 'stale_attempt' or 'moved_on' (it is not placed any more).

-- include clock
-- include record
-- include events

local now = now_ms(ARGV[1])
local refused = refuse_placed_attempt(read_record('state', 'attempt'), ARGV[3])
if refused then
  return refused
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
  write_event(now, ARGV[4], ARGV[3], ARGV[5])
end
return 'ok'
