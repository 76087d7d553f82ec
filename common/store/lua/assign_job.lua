-- Give a waiting job its GPUs on one node or several, and a port of the first when it needs one: all leases or none. The
-- plan proposes, this script decides.
--
-- KEYS: 1 job, 2 events, 3 by_state, 4 waiting, 5 placed, 6 ended, 7 transitions, 8 leases, 9 epoch,
--       10 and on the nodes
-- ARGV: 1 now_ms or '', 2 events_max, 3 epoch, 4 message,
--       5 and 6 the first and the last port it may have ('' for no port), 7 MiB of each GPU (0 for whole GPUs),
--       8 MiB that each GPU has, 9 to 12 its places: node, boot_id, instance, gpu_ids (parts/places.lua)
-- Returns {'ok', attempt}, or {why}: 'missing', 'stale_epoch', 'moved_on', 'node_gone' (or rebooted, drained, on
-- another disk), 'gpu_taken', 'port_taken'.

-- include arrow
-- include leases

local now = now_ms(ARGV[1])
local nodes, boots, instances = parts_of(ARGV[9]), parts_of(ARGV[10]), parts_of(ARGV[11])

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
for place = 1, #nodes do
  local seen = redis.call('HMGET', KEYS[9 + place], 'boot_id', 'instance', 'state', 'drained_at_ms')
  if seen[1] ~= boots[place] or seen[2] ~= instances[place] or seen[3] ~= 'ready' or seen[4] then
    return { 'node_gone' }
  end
end
local share, is_free = tonumber(ARGV[7]), true
each_gpu(ARGV[9], ARGV[12], function(node, gpu)
  is_free = is_free and has_room(KEYS[8], gpu_field(node, gpu), share, tonumber(ARGV[8]))
end)
if not is_free then
  return { 'gpu_taken' }
end
local port, first, last = '', tonumber(ARGV[5]), tonumber(ARGV[6])
if first then
  -- On from the one that the node gave last: a port that somebody outside has taken is not given to the same job again,
  -- and a client that still asks an ended server does not soon meet another model there.
  local from = tonumber(redis.call('HGET', KEYS[10], 'last_port')) or first - 1
  local count = last - first + 1
  for step = 1, count do
    local wanted = first + (from - first + step) % count
    if redis.call('HEXISTS', KEYS[8], port_field(nodes[1], wanted)) == 0 then
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
each_gpu(ARGV[9], ARGV[12], function(node, gpu)
  take_gpu(KEYS[8], gpu_field(node, gpu), holder, share)
end)
if port ~= '' then
  redis.call('HSET', KEYS[8], port_field(nodes[1], port), holder)
  if first < last then
    redis.call('HSET', KEYS[10], 'last_port', port)
  end
end
move_job(job, 'assign', 'assigned', now, ARGV[4], { 'attempt', attempt, 'node', ARGV[9], 'boot_id', ARGV[10],
  'instance', ARGV[11], 'gpu_ids', ARGV[12], 'assigned_at_ms', now, 'seen_at_ms', now, 'reason', '',
  'phase', '', 'progress', '', 'process_id', '', 'port', port, 'endpoint', '', 'unhealthy_since_ms', '',
  'stalled_since_ms', '', 'ready_at_ms', '', 'restarts', 0 })
return { 'ok', attempt }
