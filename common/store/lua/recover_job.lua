-- Write an attempt into the store that a node's disk knows better: the store was emptied, or is an older copy. What runs
-- is registered again with its leases; an end that was acknowledged before is written again.
--
-- KEYS: 1 job, 2 events, 3 by_state, 4 waiting, 5 placed, 6 ended, 7 transitions, 8 jobs, 9 leases, 10 sequence,
--       11 recovered, 12 tombstone of its task, 13 bell, 14 trainings to be deployed when they are done or '', 15 deleting,
--       16 projects, then for each data set that it was given the jobs of that content
-- ARGV: 1 now_ms or '', 2 events_max, 3 id, 4 attempt, 5 node, 6 instance that asks, 7 MiB of each GPU (0 for whole
--       GPUs), 8 MiB that each GPU has, 9 message, 10 kind, then the record as it lies on the node's disk as name, value, ...
-- Returns 'ok' (the store knows it already), 'recovered', 'unwanted' (it was deleted, or moved on), 'lease_taken' (another
-- one holds what it holds), 'other_job' (another job has its id now) or 'missing' (no record, and none was handed over).

-- include arrow
-- include bell
-- include leases
-- include project

local now = now_ms(ARGV[1])
local id, attempt, asker, share = ARGV[3], ARGV[4], ARGV[5], tonumber(ARGV[7])
local disk = {}
for i = 11, #ARGV, 2 do
  disk[ARGV[i]] = ARGV[i + 1]
end
local target = (PLACED[disk.state] or FINAL[disk.state]) and disk.state or 'assigned'
local is_end = FINAL[target]

-- Which of these nodes the asker is. What was on one node only is the asker's, whose name may have been another then.
local function place_of_asker(names)
  for place, name in ipairs(parts_of(names)) do
    if name == asker then
      return place
    end
  end
end

local nodes, instances = disk.node or '', parts_of(disk.instance)
if not string.find(nodes, ';', 1, true) then
  nodes = asker
end
local mine = place_of_asker(nodes)
if not mine then
  return 'unwanted'
end
instances[mine] = ARGV[6] -- its disk has the name that it asks by

-- Whether a GPU or port would be free if all of this job's own leases were: those of an older attempt go.
local function is_left(field, mib, total)
  local taken = 0
  for part in string.gmatch(redis.call('HGET', KEYS[9], field) or '', '[^,]+') do
    if string.sub(part, 1, #id + 1) ~= id .. ':' then
      if mib == 0 or not string.find(part, '=', 1, true) then
        return false
      end
      taken = taken + tonumber(string.match(part, '=(%d+)$'))
    end
  end
  return mib == 0 or taken + mib <= total
end

if redis.call('EXISTS', KEYS[12]) == 1 then
  return 'unwanted'
end
local job = read_job('created_at_ms', 'gpu_ids', 'port', 'instance')
local is_there = job.state ~= ''
if not is_there and (is_end or not disk.spec) then
  return 'missing'
end
if is_there then
  if job.task_id ~= disk.task_id and job.created_at_ms ~= disk.created_at_ms then
    return 'other_job'
  end
  local ahead = tonumber(job.attempt) - tonumber(attempt)
  local place = place_of_asker(job.node)
  local instance = place and parts_of(job.instance)[place] or ''
  local is_here = place and (instance == '' or instance == ARGV[6])
  if ahead > 0 or (ahead == 0 and (not PLACED[job.state] or not is_here)) then
    return 'unwanted'
  end
  local is_older = tonumber(disk.revision or 0) > tonumber(job.revision)
    or (job.state == 'assigned' and disk.state ~= nil and disk.state ~= job.state)
    or ((disk.deleted_at_ms or '') ~= '' and job.deleted_at_ms == '')
  if ahead == 0 and not is_end and not is_older then
    return 'ok'
  end
  if not disk.spec then
    return 'missing'
  end
end
if not is_end then
  local has_all = (disk.port or '') == '' or is_left(port_field(first_node(nodes), disk.port), 0, 0)
  each_gpu(nodes, disk.gpu_ids, function(node, gpu)
    has_all = has_all and is_left(gpu_field(node, gpu), share, tonumber(ARGV[8]))
  end)
  if not has_all then
    return 'lease_taken'
  end
end

local sequence = tonumber(is_there and job.sequence or disk.sequence)
if is_there then
  free_leases(KEYS[9], job.node, job.gpu_ids, job.port, id .. ':' .. job.attempt)
elseif redis.call('ZCOUNT', KEYS[8], sequence, sequence) > 0 then
  -- What was submitted since the store was emptied began to count at one.
  sequence = redis.call('INCR', KEYS[10])
elseif tonumber(redis.call('GET', KEYS[10]) or 0) < sequence then
  redis.call('SET', KEYS[10], sequence)
end

local fields = { unpack(ARGV, 11) }
append(fields, { 'id', id, 'attempt', attempt, 'node', nodes, 'sequence', sequence, 'held', 0, 'instance',
  table.concat(instances, ';'), 'revision', math.max(tonumber(disk.revision or 0), tonumber(job.revision) or 0),
  'recovered_at_ms', now, 'seen_at_ms', now })
if is_end then
  append(fields, { 'ended_at_ms', tonumber(disk.ended_at_ms) or now, 'reason', disk.reason or '', 'message',
    disk.message or '' })
elseif disk.reason == 'node_lost' then
  append(fields, { 'reason', '', 'message', '' })
end
move_job(job, 'recovered', target, now, ARGV[9], fields)
-- What was deleted stays so: it is registered, for its leases and its id, and nobody sees it.
local in_project = project_member(disk.project or '', ARGV[10], sequence, id)
if job.deleted_at_ms == '' then
  redis.call('ZADD', KEYS[8], sequence, id)
  redis.call('ZADD', KEYS[16], 0, in_project)
else
  redis.call('ZREM', KEYS[8], id)
  redis.call('ZREM', KEYS[16], in_project)
  redis.call('ZADD', KEYS[15], job.deleted_at_ms, id)
end
if is_end then
  ring(KEYS[13], id)
else
  each_gpu(nodes, disk.gpu_ids, function(node, gpu)
    take_gpu(KEYS[9], gpu_field(node, gpu), id .. ':' .. attempt, share)
  end)
  if (disk.port or '') ~= '' then
    redis.call('HSET', KEYS[9], port_field(first_node(nodes), disk.port), id .. ':' .. attempt)
  end
end
if KEYS[14] ~= '' and job.deleted_at_ms == '' then
  redis.call('SADD', KEYS[14], id)
end
for content = 17, #KEYS do
  redis.call('SADD', KEYS[content], id)
end
redis.call('ZADD', KEYS[11], now, id)
redis.call('ZREMRANGEBYRANK', KEYS[11], 0, -1001)
return 'recovered'
