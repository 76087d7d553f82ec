-- Write an event of a job that has ended and that is no arrow of the state chart.
--
-- KEYS: 1 job, 2 events
-- ARGV: 1 now_ms or '', 2 events_max, 3 type, 4 message, 5 the deployment that was made of it or ''
-- Returns 'ok' or 'missing'.

-- include clock
-- include record
-- include events

local now = now_ms(ARGV[1])
local job = read_record('attempt')
if job.attempt == '' then
  return 'missing'
end
if ARGV[5] ~= '' then
  redis.call('HSET', KEYS[1], 'deploy_job_id', ARGV[5])
end
redis.call('HINCRBY', KEYS[1], 'revision', 1)
write_event(now, ARGV[3], job.attempt, ARGV[4])
return 'ok'
