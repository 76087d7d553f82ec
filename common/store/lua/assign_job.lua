-- Give a waiting job its GPUs on one node, and a port when it needs one: all leases or none. The plan proposes, this
-- script decides.
--
-- KEYS: 1 job, 2 events, 3 by_state, 4 waiting, 5 placed, 6 ended, 7 transitions, 8 leases, 9 epoch, 10 node
-- ARGV: 1 now_ms or '', 2 events_max, 3 epoch, 4 node name, 5 boot id, 6 instance, 7 message,
--       8 and 9 the first and the last port it may have ('' for no port), 10 MiB of each GPU (0 for whole GPUs),
--       11 MiB that each GPU has, then the GPUs' uuids
-- Returns {'ok', attempt}, or {why}: 'missing', 'stale_epoch', 'moved_on', 'node_gone' (or rebooted, drained, on
-- another disk), 'gpu_taken', 'port_taken'.

-- include arrow
-- include leases

local now = now_ms(ARGV[1])
local node = ARGV[4]

if redis.call('GET', KEYS[9]) ~= ARGV[3] then
  return { 'stale_epoch' }
end
local job = read_job('attempt_floor')
if job.state == '' then
  return { 'missing' }
end
if not WAITING[job.state] or job.held == '1' then
  return { 'moved_on' }
end
local seen = redis.call('HMGET', KEYS[10], 'boot_id', 'instance', 'state', 'drained_at_ms')
if seen[1] ~= ARGV[5] or seen[2] ~= ARGV[6] or seen[3] ~= 'ready' or seen[4] then
  return { 'node_gone' }
end
local share = tonumber(ARGV[10])
for i = 12, #ARGV do
  if not has_room(KEYS[8], gpu_field(node, ARGV[i]), share, tonumber(ARGV[11])) then
    return { 'gpu_taken' }
  end
end
local port, first, last = '', tonumber(ARGV[8]), tonumber(ARGV[9])
if first then
  -- On from the one that the node gave last: a port that somebody outside has taken is not given to the same job again,
  -- and a client that still asks an ended server does not soon meet another model there.
  local from = tonumber(redis.call('HGET', KEYS[10], 'last_port')) or first - 1
  local count = last - first + 1
  for step = 1, count do
    local wanted = first + (from - first + step) % count
    if redis.call('HEXISTS', KEYS[8], port_field(node, wanted)) == 0 then
      port = tostring(wanted)
      break
    end
  end
  if port == '' then
    return { 'port_taken' }
  end
end

local attempt = next_attempt(job)
local holder = job.id .. ':' .. attempt
for i = 12, #ARGV do
  take_gpu(KEYS[8], gpu_field(node, ARGV[i]), holder, share)
end
if port ~= '' then
  redis.call('HSET', KEYS[8], port_field(node, port), holder)
  if first < last then
    redis.call('HSET', KEYS[10], 'last_port', port)
  end
end
move_job(job, 'assign', 'assigned', now, ARGV[7], { 'attempt', attempt, 'node', node, 'boot_id', ARGV[5],
  'instance', ARGV[6], 'gpu_ids', table.concat(ARGV, ',', 12), 'assigned_at_ms', now, 'seen_at_ms', now, 'reason', '',
  'phase', '', 'progress', '', 'process_id', '', 'port', port, 'endpoint', '', 'unhealthy_since_ms', '',
  'stalled_since_ms', '', 'ready_at_ms', '', 'restarts', 0 })
return { 'ok', attempt }
