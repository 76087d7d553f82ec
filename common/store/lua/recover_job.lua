-- Write an attempt into the store that a node's disk knows better: the store was emptied, or is an older copy. What runs
-- is registered again with its leases; an end that was acknowledged before is written again.
--
-- KEYS: 1 job, 2 events, 3 jobs, 4 by_state, 5 waiting, 6 placed, 7 leases, 8 sequence, 9 recovered, 10 tombstone of its
--       task, 11 bell, 12 ended tasks, 13 trainings to be deployed when they are done or '', 14 deleting, then for each
--       data set that it was given the jobs of that content
-- ARGV: 1 now_ms or '', 2 events_max, 3 id, 4 attempt, 5 node, 6 instance that asks, 7 MiB of each GPU (0 for whole
--       GPUs), 8 MiB that each GPU has, 9 message, then the record as it lies on the node's disk as name, value, ...
-- Returns 'ok' (the store knows it already), 'recovered', 'unwanted' (it was deleted, or moved on), 'lease_taken' (another
-- one holds what it holds), 'other_job' (another job has its id now) or 'missing' (no record, and none was handed over).

-- include leases
-- include ending
-- include by_state

local now = tonumber(ARGV[1])
if not now then
  local t = redis.call('TIME')
  now = t[1] * 1000 + math.floor(t[2] / 1000)
end
local PLACED = { assigned = true, starting = true, running = true }
local FINAL = { completed = true, failed = true, cancelled = true, stopped = true }
local id, attempt, node, share = ARGV[3], ARGV[4], ARGV[5], tonumber(ARGV[7])
local disk = {}
for i = 10, #ARGV, 2 do
  disk[ARGV[i]] = ARGV[i + 1]
end
local target = (PLACED[disk.state] or FINAL[disk.state]) and disk.state or 'assigned'
local is_end = FINAL[target]

-- Whether a GPU or port would be free if all of this job's own leases were: those of an older attempt go.
local function is_left(field, mib, total)
  local taken = 0
  for part in string.gmatch(redis.call('HGET', KEYS[7], field) or '', '[^,]+') do
    if string.sub(part, 1, #id + 1) ~= id .. ':' then
      if mib == 0 or not string.find(part, '=', 1, true) then
        return false
      end
      taken = taken + tonumber(string.match(part, '=(%d+)$'))
    end
  end
  return mib == 0 or taken + mib <= total
end

if redis.call('EXISTS', KEYS[10]) == 1 then
  return 'unwanted'
end
local job = redis.call('HMGET', KEYS[1], 'state', 'sequence', 'attempt', 'node', 'task_id', 'created_at_ms', 'gpu_ids',
  'port', 'revision', 'instance', 'deleted_at_ms')
local state = job[1]
if not state and (is_end or not disk.spec) then
  return 'missing'
end
if state then
  if job[5] ~= disk.task_id and job[6] ~= disk.created_at_ms then
    return 'other_job'
  end
  local ahead = tonumber(job[3]) - tonumber(attempt)
  local is_here = job[4] == node and ((job[10] or '') == '' or job[10] == ARGV[6])
  if ahead > 0 or (ahead == 0 and (not PLACED[state] or not is_here)) then
    return 'unwanted'
  end
  local is_older = tonumber(disk.revision or 0) > tonumber(job[9])
    or (state == 'assigned' and disk.state ~= nil and disk.state ~= state)
    or ((disk.deleted_at_ms or '') ~= '' and (job[11] or '') == '')
  if ahead == 0 and not is_end and not is_older then
    return 'ok'
  end
  if not disk.spec then
    return 'missing'
  end
end
if not is_end then
  for gpu in string.gmatch(disk.gpu_ids or '', '[^,]+') do
    if not is_left(gpu_field(node, gpu), share, tonumber(ARGV[8])) then
      return 'lease_taken'
    end
  end
  if (disk.port or '') ~= '' and not is_left(port_field(node, disk.port), 0, 0) then
    return 'lease_taken'
  end
end

local sequence = tonumber(job[2] or disk.sequence)
if state then
  free_leases(KEYS[7], job[4], job[7], job[8], id .. ':' .. job[3])
  redis.call('ZREM', KEYS[4], string.format('%s:%016d:%s', state, sequence, id))
  redis.call('ZREM', KEYS[5], id)
  redis.call('SREM', KEYS[6], id)
else
  -- What was submitted since the store was emptied began to count at one.
  if redis.call('ZCOUNT', KEYS[3], sequence, sequence) > 0 then
    sequence = redis.call('INCR', KEYS[8])
  elseif tonumber(redis.call('GET', KEYS[8]) or 0) < sequence then
    redis.call('SET', KEYS[8], sequence)
  end
end
redis.call('HSET', KEYS[1], unpack(ARGV, 10))
redis.call('HSET', KEYS[1], 'id', id, 'state', target, 'attempt', attempt, 'node', node, 'sequence', sequence, 'held', 0,
  'instance', ARGV[6], 'revision', math.max(tonumber(disk.revision or 0), tonumber(job[9] or 0)) + 1, 'recovered_at_ms', now,
  'seen_at_ms', now)
if disk.reason == 'node_lost' and not is_end then
  redis.call('HSET', KEYS[1], 'reason', '', 'message', '')
end
-- What was deleted stays so: it is registered, for its leases and its id, and nobody sees it.
local deleted_at = redis.call('HGET', KEYS[1], 'deleted_at_ms') or ''
if deleted_at == '' then
  redis.call('ZADD', KEYS[3], sequence, id)
else
  redis.call('ZREM', KEYS[3], id)
  redis.call('ZADD', KEYS[14], deleted_at, id)
end
move_state(KEYS[1], KEYS[4], state or target, target, sequence, id)
if is_end then
  redis.call('LPUSH', KEYS[11], id)
  redis.call('LTRIM', KEYS[11], 0, 0)
  note_ended(KEYS[12], id, disk.task_id, node, attempt, target, disk.reason or '', disk.message or '', now)
else
  for gpu in string.gmatch(disk.gpu_ids or '', '[^,]+') do
    take_gpu(KEYS[7], gpu_field(node, gpu), id .. ':' .. attempt, share)
  end
  if (disk.port or '') ~= '' then
    redis.call('HSET', KEYS[7], port_field(node, disk.port), id .. ':' .. attempt)
  end
  redis.call('SADD', KEYS[6], id)
end
if KEYS[13] ~= '' and deleted_at == '' then
  redis.call('SADD', KEYS[13], id)
end
for content = 15, #KEYS do
  redis.call('SADD', KEYS[content], id)
end
redis.call('ZADD', KEYS[9], now, id)
redis.call('ZREMRANGEBYRANK', KEYS[9], 0, -1001)
redis.call('XADD', KEYS[2], 'MAXLEN', '~', ARGV[2], '*', 'type', 'recovered', 'at_ms', now, 'attempt', attempt,
  'message', ARGV[9])
return 'recovered'
