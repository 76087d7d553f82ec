-- Take a waiting job out of the queue and keep it, pending, until it is released.
--
-- KEYS: 1 job, 2 events, 3 by_state, 4 waiting, 5 placed, 6 ended, 7 transitions
-- ARGV: 1 now_ms or '', 2 events_max, 3 message
-- Returns 'ok' (also when it is held already), 'missing' or 'moved_on' (it does not wait any more).

-- include arrow

local now = now_ms(ARGV[1])
local job = read_job()
if job.state == '' then
  return 'missing'
end
if not WAITING[job.state] then
  return 'moved_on'
end
if job.held == '1' then
  return 'ok'
end

move_job(job, 'hold', 'pending', now, ARGV[3], { 'held', 1, 'reason', 'held_by_user' })
return 'ok'
