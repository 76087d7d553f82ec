-- Take the user's wish to cancel: a waiting job ends here and now, a placed one when its processes are gone.
--
-- KEYS: 1 job, 2 events, 3 by_state, 4 waiting, 5 ended tasks, 6 model (only of a deployment that is superseded)
-- ARGV: 1 now_ms or '', 2 events_max, 3 reason, 4 message, 5 verb (cancel; stop of a deployment), 6 the state it leads
--       to, 7 its version (with a model)
-- Returns the final state it has, now or from before ('cancelled', 'stopped', 'completed', 'failed'), 'requested' (its
-- node will end it), 'missing' (also when it was deleted) or 'moved_on' (its version answers, or is wanted again).

-- include by_state
-- include ending

local now = tonumber(ARGV[1])
if not now then
  local t = redis.call('TIME')
  now = t[1] * 1000 + math.floor(t[2] / 1000)
end

local job = redis.call('HMGET', KEYS[1], 'state', 'sequence', 'id', 'attempt', 'cancel_requested_at_ms', 'task_id',
  'deleted_at_ms')
local state, sequence, id = job[1], job[2], job[3]
if not state or (job[7] or '') ~= '' then
  return 'missing'
end
if KEYS[6] then
  local model = redis.call('HMGET', KEYS[6], 'active', 'wanted')
  if model[1] == ARGV[7] or model[2] == ARGV[7] then
    return 'moved_on'
  end
end
if state == 'completed' or state == 'failed' or state == 'cancelled' or state == 'stopped' then
  return state
end

if state == 'assigned' or state == 'starting' or state == 'running' then
  if not job[5] or job[5] == '' then
    redis.call('HSET', KEYS[1], 'cancel_requested_at_ms', now, 'cancel_reason', ARGV[3])
    redis.call('HINCRBY', KEYS[1], 'revision', 1)
    redis.call('XADD', KEYS[2], 'MAXLEN', '~', ARGV[2], '*', 'type', 'cancel_requested', 'at_ms', now,
      'attempt', job[4], 'message', ARGV[4])
  end
  return 'requested'
end

redis.call('HSET', KEYS[1], 'state', ARGV[6], 'held', 0, 'ended_at_ms', now, 'cancel_requested_at_ms', now,
  'reason', ARGV[3], 'message', ARGV[4])
redis.call('HINCRBY', KEYS[1], 'revision', 1)
move_state(KEYS[1], KEYS[3], state, ARGV[6], sequence, id)
redis.call('ZREM', KEYS[4], id)
redis.call('XADD', KEYS[2], 'MAXLEN', '~', ARGV[2], '*', 'type', ARGV[5], 'at_ms', now, 'attempt', job[4],
  'message', ARGV[4])
note_ended(KEYS[5], id, job[6], '', job[4], ARGV[6], ARGV[3], ARGV[4], now)
return ARGV[6]
