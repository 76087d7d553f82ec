-- Put a placed job back into the queue, at its old place, and free its leases. The next placement is a new attempt.
-- The caller has proof that nothing of the old attempt runs, or that its node may not be given out before it is back.
--
-- KEYS: 1 job, 2 events, 3 by_state, 4 waiting, 5 placed, 6 ended, 7 transitions, 8 leases, 9 bell
-- ARGV: 1 now_ms or '', 2 events_max, 3 attempt, 4 reason, 5 message, 6 delay_ms before it may be placed again,
--       7 the counter to raise: infra_failures or user_retries, '' for none
-- Returns 'ok' (also when it was put back already), 'missing', 'stale_attempt', 'moved_on' or 'cancel_requested' (it has to
-- be cancelled instead).

-- include arrow
-- include bell
-- include leases

local now = now_ms(ARGV[1])
local job = read_job('gpu_ids', 'port', 'cancel_requested_at_ms')
local refused = refuse_attempt(job, ARGV[3])
if refused then
  return refused
end
if job.state == 'queued' and job.reason == ARGV[4] then
  return 'ok' -- it was put back for the same reason, and the answer was lost
end
if not PLACED[job.state] then
  return 'moved_on'
end
if job.cancel_requested_at_ms ~= '' then
  return 'cancel_requested'
end

free_leases(KEYS[8], job.node, job.gpu_ids, job.port, job.id .. ':' .. job.attempt)
if ARGV[7] ~= '' then
  redis.call('HINCRBY', KEYS[1], ARGV[7], 1)
end
move_job(job, 'requeue', 'queued', now, ARGV[5], { 'queued_at_ms', now, 'reason', ARGV[4], 'message', ARGV[5],
  'not_before_at_ms', now + tonumber(ARGV[6]), 'node', '', 'boot_id', '', 'instance', '', 'gpu_ids', '' })
ring(KEYS[9], job.id)
return 'ok'
