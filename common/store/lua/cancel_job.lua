-- Take the user's wish to cancel: a waiting job ends here and now, a placed one when its processes are gone.
--
-- KEYS: 1 job, 2 events, 3 by_state, 4 waiting, 5 placed, 6 ended, 7 transitions, 8 model (only of a deployment that is
--       superseded)
-- ARGV: 1 now_ms or '', 2 events_max, 3 reason, 4 message, 5 verb (cancel; stop of a deployment), 6 the state it leads
--       to, 7 its version (with a model)
-- Returns the final state it has, now or from before ('cancelled', 'stopped', 'completed', 'failed'), 'requested' (its
-- node will end it), 'missing' (also when it was deleted) or 'moved_on' (its version answers, or is wanted again).

-- include arrow

local now = now_ms(ARGV[1])
local job = read_job('cancel_requested_at_ms')
if is_unseen(job) then
  return 'missing'
end
if KEYS[8] then
  local model = redis.call('HMGET', KEYS[8], 'active', 'wanted')
  if model[1] == ARGV[7] or model[2] == ARGV[7] then
    return 'moved_on'
  end
end
if FINAL[job.state] then
  return job.state
end

if PLACED[job.state] then
  if job.cancel_requested_at_ms == '' then
    redis.call('HSET', KEYS[1], 'cancel_requested_at_ms', now, 'cancel_reason', ARGV[3])
    redis.call('HINCRBY', KEYS[1], 'revision', 1)
    write_event(now, 'cancel_requested', job.attempt, ARGV[4])
  end
  return 'requested'
end

move_job(job, ARGV[5], ARGV[6], now, ARGV[4], { 'held', 0, 'ended_at_ms', now, 'cancel_requested_at_ms', now,
  'reason', ARGV[3], 'message', ARGV[4] })
return ARGV[6]
