-- Fail a job that waits, because every node that could run it has refused it.
--
-- KEYS: 1 job, 2 events, 3 by_state, 4 waiting, 5 placed, 6 ended, 7 transitions
-- ARGV: 1 now_ms or '', 2 events_max, 3 attempt, 4 reason, 5 message
-- Returns 'ok' (also when that is its end already), 'missing', 'stale_attempt' or 'moved_on' (it does not wait, or is
-- held).

-- include arrow

local now = now_ms(ARGV[1])
local job = read_job()
local refused = refuse_attempt(job, ARGV[3])
if refused then
  return refused
end
if job.state == 'failed' and job.reason == ARGV[4] then
  return 'ok'
end
if not WAITING[job.state] or job.held == '1' then
  return 'moved_on'
end

move_job(job, 'fail', 'failed', now, ARGV[5], { 'ended_at_ms', now, 'reason', ARGV[4], 'message', ARGV[5] })
return 'ok'
