-- Give a waiting job its GPUs on one node, and a port when it needs one: all leases or none. The plan proposes, this
-- script decides.
--
-- KEYS: 1 job, 2 events, 3 by_state, 4 waiting, 5 placed, 6 leases, 7 epoch, 8 node
-- ARGV: 1 now_ms or '', 2 events_max, 3 epoch, 4 node name, 5 boot id, 6 instance, 7 message,
--       8 and 9 the first and the last port it may have ('' for no port), 10 MiB of each GPU (0 for whole GPUs),
--       11 MiB that each GPU has, then the GPUs' uuids
-- Returns {'ok', attempt}, or {why}: 'missing', 'stale_epoch', 'moved_on', 'node_gone' (or rebooted, drained, on
-- another disk), 'gpu_taken', 'port_taken'.

-- include by_state
-- include leases

local now = tonumber(ARGV[1])
if not now then
  local t = redis.call('TIME')
  now = t[1] * 1000 + math.floor(t[2] / 1000)
end
local node = ARGV[4]

if redis.call('GET', KEYS[7]) ~= ARGV[3] then
  return { 'stale_epoch' }
end
local job = redis.call('HMGET', KEYS[1], 'state', 'sequence', 'id', 'held', 'attempt', 'attempt_floor')
local state, sequence, id = job[1], job[2], job[3]
if not state then
  return { 'missing' }
end
if (state ~= 'pending' and state ~= 'queued') or job[4] == '1' then
  return { 'moved_on' }
end
local seen = redis.call('HMGET', KEYS[8], 'boot_id', 'instance', 'state', 'drained_at_ms')
if seen[1] ~= ARGV[5] or seen[2] ~= ARGV[6] or seen[3] ~= 'ready' or seen[4] then
  return { 'node_gone' }
end
local share = tonumber(ARGV[10])
for i = 12, #ARGV do
  if not has_room(KEYS[6], gpu_field(node, ARGV[i]), share, tonumber(ARGV[11])) then
    return { 'gpu_taken' }
  end
end
local port, first, last = '', tonumber(ARGV[8]), tonumber(ARGV[9])
if first then
  -- On from the one that the node gave last: a port that somebody outside has taken is not given to the same job again,
  -- and a client that still asks an ended server does not soon meet another model there.
  local from = tonumber(redis.call('HGET', KEYS[8], 'last_port')) or first - 1
  local count = last - first + 1
  for step = 1, count do
    local wanted = first + (from - first + step) % count
    if redis.call('HEXISTS', KEYS[6], port_field(node, wanted)) == 0 then
      port = tostring(wanted)
      break
    end
  end
  if port == '' then
    return { 'port_taken' }
  end
end

local attempt = math.max(tonumber(job[5]), tonumber(job[6] or 0)) + 1
local holder = id .. ':' .. attempt
for i = 12, #ARGV do
  take_gpu(KEYS[6], gpu_field(node, ARGV[i]), holder, share)
end
if port ~= '' then
  redis.call('HSET', KEYS[6], port_field(node, port), holder)
  if first < last then
    redis.call('HSET', KEYS[8], 'last_port', port)
  end
end
redis.call('HSET', KEYS[1], 'state', 'assigned', 'attempt', attempt, 'node', node, 'boot_id', ARGV[5],
  'instance', ARGV[6], 'gpu_ids', table.concat(ARGV, ',', 12), 'assigned_at_ms', now, 'seen_at_ms', now, 'reason', '', 'phase', '',
  'progress', '', 'process_id', '', 'port', port, 'endpoint', '', 'unhealthy_since_ms', '', 'stalled_since_ms', '', 'ready_at_ms', '',
  'restarts', 0)
redis.call('HINCRBY', KEYS[1], 'revision', 1)
move_state(KEYS[1], KEYS[3], state, 'assigned', sequence, id)
redis.call('ZREM', KEYS[4], id)
redis.call('SADD', KEYS[5], id)
redis.call('XADD', KEYS[2], 'MAXLEN', '~', ARGV[2], '*', 'type', 'assign', 'at_ms', now, 'attempt', attempt,
  'message', ARGV[7])
return { 'ok', attempt }
