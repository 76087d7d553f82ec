-- Note that a deployment answers as the model it should be: publish its endpoint. When its version is the wanted one of
-- its model name, it takes over in the same step.
--
-- KEYS: 1 job, 2 events, 3 by_state, 4 waiting, 5 placed, 6 ended, 7 transitions, 8 model, 9 bell of the deployer
-- ARGV: 1 now_ms or '', 2 events_max, 3 attempt, 4 endpoint, 5 version, 6 message, 7 message of taking over
-- Returns 'ok' (also when it ran already), 'missing', 'stale_attempt', 'moved_on' or 'cancel_requested'.

-- include arrow
-- include bell

local now = now_ms(ARGV[1])
local job = read_job('cancel_requested_at_ms')
local refused = refuse_attempt(job, ARGV[3])
if refused then
  return refused
end
if job.state ~= 'starting' and job.state ~= 'running' then
  return 'moved_on'
end
if job.cancel_requested_at_ms ~= '' then
  return 'cancel_requested'
end

redis.call('HSET', KEYS[1], 'endpoint', ARGV[4], 'unhealthy_since_ms', '')
if job.state == 'starting' then
  move_job(job, 'ready', 'running', now, ARGV[6], { 'ready_at_ms', now, 'reason', '', 'message', '' })
end
local model = redis.call('HMGET', KEYS[8], 'wanted', 'active')
if model[1] == ARGV[5] and model[2] ~= ARGV[5] then
  redis.call('HSET', KEYS[8], 'active', ARGV[5], 'previous', model[2] or '', 'changed_at_ms', now)
  redis.call('HDEL', KEYS[8], 'recovered_from_ms')
  write_event(now, 'take_over', job.attempt, ARGV[7])
end
ring(KEYS[9], job.id)
return 'ok'
