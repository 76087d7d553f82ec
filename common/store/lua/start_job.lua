-- Note that the first process of an assigned attempt is alive on its node.
--
-- KEYS: 1 job, 2 events, 3 by_state, 4 waiting, 5 placed, 6 ended, 7 transitions
-- ARGV: 1 now_ms or '', 2 events_max, 3 attempt, 4 process id, 5 log file path, 6 message, 7 its first phase,
--       8 the state it has then: running, or starting of a deployment, which runs when it answers
-- Returns 'ok' (also when it runs already: it is being adopted), 'missing', 'stale_attempt' or 'moved_on'.

-- include arrow

local now = now_ms(ARGV[1])
local job = read_job()
local refused = refuse_placed_attempt(job, ARGV[3])
if refused then
  return refused
end

redis.call('HSET', KEYS[1], 'process_id', ARGV[4], 'log_file_path', ARGV[5])
if job.state == 'assigned' then
  move_job(job, 'start', ARGV[8], now, ARGV[6], { 'phase', ARGV[7], 'started_at_ms', now })
end
return 'ok'
