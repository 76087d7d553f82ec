-- Declare lost what of a node does not speak: its disk, and the disks that had its name before and still hold leases. An
-- instance that is fenced may never speak again, so what it held can be given away.
--
-- KEYS: 1 node, 2 fenced
-- ARGV: 1 now_ms or '', 2 ttl_ms, 3 '1' to fence the one that speaks, too, 4 by, 5 reason, then the other instances
-- Returns 'ok' (also for instances of a name that the store does not know any more), 'missing', or 'alive' (it speaks, and
-- no other disk of that name holds anything).

-- include clock
-- include speaking

local now = now_ms(ARGV[1])

local seen = redis.call('HMGET', KEYS[1], 'instance', 'state', 'heartbeat_at_ms')
local instance = seen[1]
if not seen[2] and #ARGV < 6 then
  return 'missing'
end
local targets = {}
for i = 6, #ARGV do
  if ARGV[i] ~= instance then
    targets[#targets + 1] = ARGV[i]
  end
end
local spared = not seen[2] or (speaks(seen[2], seen[3], now, ARGV[2]) and ARGV[3] ~= '1')
if spared and #targets == 0 then
  return 'alive'
end
for _, target in ipairs(targets) do
  redis.call('SADD', KEYS[2], target)
end
if not spared then
  if instance and instance ~= '' then
    redis.call('SADD', KEYS[2], instance)
  end
  if seen[2] ~= 'lost' then
    redis.call('HSET', KEYS[1], 'lost_at_ms', now)
  end
  redis.call('HSET', KEYS[1], 'state', 'lost', 'lost_by', ARGV[4], 'lost_reason', ARGV[5])
end
return 'ok'
