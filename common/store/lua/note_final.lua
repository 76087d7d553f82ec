-- Write an event of a job that has ended and that is no arrow of the state chart.
--
-- KEYS: 1 job, 2 events
-- ARGV: 1 now_ms or '', 2 events_max, 3 type, 4 message, 5 the deployment that was made of it or ''
-- Returns 'ok' or 'missing'.

local now = tonumber(ARGV[1])
if not now then
  local t = redis.call('TIME')
  now = t[1] * 1000 + math.floor(t[2] / 1000)
end

local attempt = redis.call('HGET', KEYS[1], 'attempt')
if not attempt then
  return 'missing'
end
if ARGV[5] ~= '' then
  redis.call('HSET', KEYS[1], 'deploy_job_id', ARGV[5])
end
redis.call('HINCRBY', KEYS[1], 'revision', 1)
redis.call('XADD', KEYS[2], 'MAXLEN', '~', ARGV[2], '*', 'type', ARGV[3], 'at_ms', now, 'attempt', attempt,
  'message', ARGV[4])
return 'ok'
