-- Note that a deployment's server ended and is started again where it is: it keeps its leases.
--
-- KEYS: 1 job, 2 events, 3 by_state, 4 waiting, 5 placed, 6 ended, 7 transitions
-- ARGV: 1 now_ms or '', 2 events_max, 3 attempt, 4 reason, 5 message, 6 restarts so far
-- Returns 'ok', 'missing', 'stale_attempt' or 'moved_on'.

-- include arrow

local now = now_ms(ARGV[1])
local job = read_job()
local refused = refuse_attempt(job, ARGV[3])
if refused then
  return refused
end
if job.state ~= 'starting' and job.state ~= 'running' then
  return 'moved_on'
end

move_job(job, 'restart', 'starting', now, ARGV[5], { 'endpoint', '', 'unhealthy_since_ms', '', 'process_id', '',
  'ready_at_ms', '', 'restarts', ARGV[6], 'reason', ARGV[4], 'message', ARGV[5] })
return 'ok'
