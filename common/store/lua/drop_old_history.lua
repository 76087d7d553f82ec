-- Drop the metrics and events of a job that ended long ago.
--
-- KEYS: 1 job, 2 metrics, 3 events
-- ARGV: 1 now_ms or '', 2 how many milliseconds ago the job has to have ended
-- Returns 'ok', 'missing' or 'moved_on' (it runs, or is not over for so long).

-- include is_over

local job = read_record('state', 'ended_at_ms')
if job.state == '' then
  return 'missing'
end
if not is_over(job, now_ms(ARGV[1]), tonumber(ARGV[2])) then
  return 'moved_on'
end
redis.call('UNLINK', KEYS[2], KEYS[3])
return 'ok'
