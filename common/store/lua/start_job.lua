-- Note that the first process of an assigned attempt is alive on its node.
--
-- KEYS: 1 job, 2 events, 3 by_state
-- ARGV: 1 now_ms or '', 2 events_max, 3 attempt, 4 process id, 5 log file path, 6 message, 7 its first phase,
--       8 the state it has then: running, or starting of a deployment, which runs when it answers
-- Returns 'ok' (also when it runs already: it is being adopted), 'missing', 'stale_attempt' or 'moved_on'.

-- include by_state

local now = tonumber(ARGV[1])
if not now then
  local t = redis.call('TIME')
  now = t[1] * 1000 + math.floor(t[2] / 1000)
end

local job = redis.call('HMGET', KEYS[1], 'state', 'sequence', 'id', 'attempt', 'started_at_ms')
if not job[1] then
  return 'missing'
end
if job[4] ~= ARGV[3] then
  return 'stale_attempt'
end
if job[1] ~= 'assigned' and job[1] ~= 'starting' and job[1] ~= 'running' then
  return 'moved_on'
end

redis.call('HSET', KEYS[1], 'process_id', ARGV[4], 'log_file_path', ARGV[5])
if job[1] ~= 'assigned' then
  return 'ok'
end
redis.call('HSET', KEYS[1], 'state', ARGV[8], 'phase', ARGV[7], 'started_at_ms', now)
redis.call('HINCRBY', KEYS[1], 'revision', 1)
move_state(KEYS[1], KEYS[3], 'assigned', ARGV[8], job[2], job[3])
redis.call('XADD', KEYS[2], 'MAXLEN', '~', ARGV[2], '*', 'type', 'start', 'at_ms', now, 'attempt', ARGV[3],
  'message', ARGV[6])
return 'ok'
