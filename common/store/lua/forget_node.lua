-- Forget a node that does not speak and holds nothing. A worker with its name registers it anew.
--
-- KEYS: 1 node, 2 nodes, 3 leases, 4 its chores
-- ARGV: 1 now_ms or '', 2 ttl_ms, 3 name
-- Returns 'ok', 'missing', 'alive' or 'holds_leases'.

-- include clock
-- include speaking

local now = now_ms(ARGV[1])

local seen = redis.call('HMGET', KEYS[1], 'state', 'heartbeat_at_ms')
if not seen[1] then
  return 'missing'
end
if speaks(seen[1], seen[2], now, ARGV[2]) then
  return 'alive'
end
local prefix = ARGV[3] .. '/'
for _, field in ipairs(redis.call('HKEYS', KEYS[3])) do
  if string.sub(field, 1, #prefix) == prefix then
    return 'holds_leases'
  end
end
redis.call('DEL', KEYS[1], KEYS[4])
redis.call('SREM', KEYS[2], ARGV[3])
return 'ok'
