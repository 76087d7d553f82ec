-- Say that a node's worker is alive, and what the node has. Its name is leased to the disk and the boot that speak for it.
--
-- KEYS: 1 node, 2 nodes, 3 fenced
-- ARGV: 1 now_ms or '', 2 name, 3 instance (of the node's disk), 4 boot id, 5 session (the number of this worker
--       process on that disk), 6 ttl_ms, 7 state, 8 why (JSON list: what keeps it from being ready), 9 info (JSON),
--       10 how many beats of this session were acknowledged before
-- Returns {'ok', known}: known is 1 when this session's last beat is remembered, 0 at its first, and when the store was
-- emptied or is an older copy since: then it is noted as joining, whatever it says. {'taken', hostname, own}: another
-- disk or boot, or a later worker of this one, spoke for the name less than the TTL ago; own is 1 when it was this disk.
-- {'fenced'}: the instance was declared lost, and may never speak again.

-- include clock
-- include speaking

local now = now_ms(ARGV[1])

if redis.call('SISMEMBER', KEYS[3], ARGV[3]) == 1 then
  return { 'fenced' }
end
local seen = redis.call('HMGET', KEYS[1], 'instance', 'boot_id', 'session', 'beats', 'heartbeat_at_ms', 'state', 'hostname')
local same = seen[1] == ARGV[3] and seen[2] == ARGV[4]
local session = tonumber(seen[3] or 0)
if speaks(seen[6], seen[5], now, ARGV[6]) and (not same or session > tonumber(ARGV[5])) then
  return { 'taken', seen[7] or '', seen[1] == ARGV[3] and 1 or 0 }
end

local known = same and session == tonumber(ARGV[5]) and seen[4] == ARGV[10] and ARGV[10] ~= '0'
local state = ARGV[7]
if state == 'ready' and ARGV[10] ~= '0' and not known then
  state = 'joining'
end
if seen[6] == 'lost' then
  redis.call('HDEL', KEYS[1], 'lost_at_ms', 'lost_by', 'lost_reason')
end
redis.call('SADD', KEYS[2], ARGV[2])
redis.call('HSET', KEYS[1], 'name', ARGV[2], 'instance', ARGV[3], 'boot_id', ARGV[4], 'session', ARGV[5],
  'beats', ARGV[10] + 1, 'heartbeat_at_ms', now, 'state', state, 'why', ARGV[8], 'info', ARGV[9],
  'hostname', cjson.decode(ARGV[9]).hostname)
return { 'ok', known and 1 or 0 }
