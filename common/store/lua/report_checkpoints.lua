-- Write which checkpoints a placed attempt has; said twice, it is written once. Of many attempts the newest are kept.
--
-- KEYS: 1 job, 2 checkpoints
-- ARGV: 1 attempt, 2 its checkpoints as JSON, 3 of how many attempts they are kept
-- Returns 'ok', 'missing', 'stale_attempt' or 'moved_on' (it is not placed any more).

-- include record

local refused = refuse_placed_attempt(read_record('state', 'attempt'), ARGV[1])
if refused then
  return refused
end

redis.call('HSET', KEYS[2], ARGV[1], ARGV[2])
local attempts = redis.call('HKEYS', KEYS[2])
table.sort(attempts, function(one, other) return tonumber(one) < tonumber(other) end)
for place = 1, #attempts - tonumber(ARGV[3]) do
  redis.call('HDEL', KEYS[2], attempts[place])
end
return 'ok'
