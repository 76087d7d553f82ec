-- Note that a pending job was looked at and has to wait for GPUs.
--
-- KEYS: 1 job, 2 events, 3 by_state, 4 waiting, 5 placed, 6 ended, 7 transitions
-- ARGV: 1 now_ms or '', 2 events_max, 3 message
-- Returns 'ok', 'missing' or 'moved_on' (it is not pending, or it is held).

-- include arrow

local now = now_ms(ARGV[1])
local job = read_job()
if job.state == '' then
  return 'missing'
end
if job.state ~= 'pending' or job.held == '1' then
  return 'moved_on'
end

move_job(job, 'queue', 'queued', now, ARGV[3], { 'queued_at_ms', now })
return 'ok'
