-- Drop the bytes of one attempt's log of a job that ended long ago. How long the log is, and where a file of it begins,
-- is kept: readers are told of the gap instead of an empty log.
--
-- KEYS: 1 job, 2 log, 3 log head, 4 log tail
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
-- Only commands that a Redis which is full takes as well: this makes room.
redis.call('UNLINK', KEYS[3], KEYS[4])
redis.call('HDEL', KEYS[2], 'head_bytes', 'tail_start', 'tail_bytes')
return 'ok'
