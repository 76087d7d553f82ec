-- Complete, fail, cancel or stop a placed attempt, free its leases and ring the scheduler, in one step. A deployment
-- that is to start again when it has stopped waits again in the same step: nobody sees it ended for good in between.
--
-- KEYS: 1 job, 2 events, 3 by_state, 4 waiting, 5 placed, 6 ended, 7 transitions, 8 leases, 9 bell; of a deployment that
--       is stopped also 10 model
-- ARGV: 1 now_ms or '', 2 events_max, 3 verb (complete, fail, cancel, stop), 4 attempt, 5 reason, 6 message,
--       7 task id and 8 message of starting again, then further fields of the record as name, value, ...
-- Returns 'ok' (also when that is its end already), 'missing', 'stale_attempt' or 'moved_on' (it has another end, or waits
-- again; complete only leaves running).

-- include arrow
-- include bell
-- include leases
-- include reopening

local now = now_ms(ARGV[1])
local verb = ARGV[3]
local target = ({ complete = 'completed', fail = 'failed', cancel = 'cancelled', stop = 'stopped' })[verb]

local job = read_job('gpu_ids', 'port')
local refused = refuse_attempt(job, ARGV[4])
if refused then
  return refused
end
if job.state == target and job.reason == ARGV[5] then
  return 'ok' -- the caller, or somebody who came to the same end of this attempt, wrote it; its answer was lost
end
if not PLACED[job.state] or (verb == 'complete' and job.state ~= 'running') then
  return 'moved_on'
end

free_leases(KEYS[8], job.node, job.gpu_ids, job.port, job.id .. ':' .. job.attempt)
move_job(job, verb, target, now, ARGV[6], { 'ended_at_ms', now, 'reason', ARGV[5], 'message', ARGV[6],
  unpack(ARGV, 9) })
ring(KEYS[9], job.id)
if KEYS[10] and redis.call('HDEL', KEYS[10], 'again:' .. job.id) == 1 and job.deleted_at_ms == '' then
  reopen(job, now, ARGV[7], ARGV[8])
end
return 'ok'
