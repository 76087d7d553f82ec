-- Say that a node's worker is alive, and what the node has. One worker speaks for a node.
--
-- KEYS: 1 node, 2 nodes
-- ARGV: 1 now_ms or '', 2 name, 3 instance, 4 boot id, 5 ttl_ms, 6 state (ready, draining, gone), 7 info (JSON)
-- Returns 'ok', or 'taken' when a worker on another machine speaks for that name. A new worker on the same boot takes
-- over at once: a lock on the node's own disk keeps two of them apart.

local now = tonumber(ARGV[1])
if not now then
  local t = redis.call('TIME')
  now = t[1] * 1000 + math.floor(t[2] / 1000)
end

local seen = redis.call('HMGET', KEYS[1], 'instance', 'boot_id', 'heartbeat_at_ms', 'state')
local other = seen[1] and seen[1] ~= ARGV[3] and seen[2] ~= ARGV[4] and seen[4] ~= 'gone'
if other and now - tonumber(seen[3]) < tonumber(ARGV[5]) then
  return 'taken'
end
redis.call('SADD', KEYS[2], ARGV[2])
redis.call('HSET', KEYS[1], 'name', ARGV[2], 'instance', ARGV[3], 'boot_id', ARGV[4], 'heartbeat_at_ms', now,
  'state', ARGV[6], 'info', ARGV[7])
return 'ok'
