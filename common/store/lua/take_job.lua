-- Bring a deployment that waits for a platform beyond our nodes on its way: no leases, a new attempt.
--
-- KEYS: 1 job, 2 events, 3 by_state, 4 waiting, 5 placed, 6 ended, 7 transitions
-- ARGV: 1 now_ms or '', 2 events_max, 3 platform, 4 message
-- Returns {'ok', attempt}, or {why}: 'missing' or 'moved_on'.

-- include arrow

local now = now_ms(ARGV[1])
local job = read_job('attempt_floor')
if job.state == '' then
  return { 'missing' }
end
if not WAITING[job.state] or job.held == '1' then
  return { 'moved_on' }
end

local attempt = next_attempt(job)
move_job(job, 'assign', 'assigned', now, ARGV[4], { 'attempt', attempt, 'node', ARGV[3], 'boot_id', '',
  'instance', '', 'gpu_ids', '', 'assigned_at_ms', now, 'seen_at_ms', now, 'reason', '', 'phase', '', 'process_id', '',
  'port', '', 'endpoint', '', 'ready_at_ms', '', 'restarts', 0 })
return { 'ok', attempt }
