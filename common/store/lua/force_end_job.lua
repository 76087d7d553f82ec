-- Cancel or stop a placed job now, though nobody has proof that its processes are gone: its record ends, its leases are
-- noted and stay until its node has ended them or was declared lost.
--
-- KEYS: 1 job, 2 events, 3 by_state, 4 waiting, 5 placed, 6 ended, 7 transitions, 8 kept
-- ARGV: 1 now_ms or '', 2 events_max, 3 verb (cancel, stop), 4 the state it leads to, 5 reason, 6 message
-- Returns 'ok', 'missing' or 'moved_on' (it is not placed, or no node of ours has it).

-- include arrow

local now = now_ms(ARGV[1])
local job = read_job('gpu_ids', 'port', 'instance', 'cancel_requested_at_ms')
if job.state == '' then
  return 'missing'
end
if not PLACED[job.state] or job.gpu_ids == '' then
  return 'moved_on'
end

local asked_at = job.cancel_requested_at_ms ~= '' and job.cancel_requested_at_ms or now
local holder, instances, gpu_ids = job.id .. ':' .. job.attempt, parts_of(job.instance), parts_of(job.gpu_ids)
for place, node in ipairs(parts_of(job.node)) do -- each node proves its own part
  redis.call('HSET', KEYS[8], place == 1 and holder or holder .. '/' .. node, cjson.encode({ node = node,
    instance = instances[place] or '', task_id = job.task_id, gpu_ids = gpu_ids[place] or '',
    port = place == 1 and job.port or '' }))
end
move_job(job, ARGV[3], ARGV[4], now, ARGV[6], { 'ended_at_ms', now, 'reason', ARGV[5], 'message', ARGV[6],
  'cancel_requested_at_ms', asked_at })
return 'ok'
