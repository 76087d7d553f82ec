-- Let a deployment that was stopped or failed wait again, for a new attempt, under a new Celery task.
--
-- KEYS: 1 job, 2 events, 3 by_state, 4 waiting, 5 placed, 6 ended, 7 transitions, 8 model (only where it is to start again
--       for having been told to while it was being stopped)
-- ARGV: 1 now_ms or '', 2 events_max, 3 task id, 4 message
-- Returns 'ok', 'missing' (also when it was deleted) or 'moved_on' (it has not ended, or is not to start again any more).

-- include arrow
-- include reopening

local now = now_ms(ARGV[1])
local job = read_job()
if is_unseen(job) then
  return 'missing'
end
if job.state ~= 'stopped' and job.state ~= 'failed' then
  return 'moved_on'
end
if KEYS[8] and redis.call('HDEL', KEYS[8], 'again:' .. job.id) == 0 then
  return 'moved_on'
end

reopen(job, now, ARGV[3], ARGV[4])
return 'ok'
