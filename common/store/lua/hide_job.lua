-- Take the user's wish to delete, in one step: from now on nobody sees the job, and nothing of it starts. One that waits
-- ends here and now; a placed one is ended by its node, and its record stays, with its id and its leases, until that is
-- proved. Who forgets it then finds in the record whether its files are to go, too.
--
-- KEYS: 1 job, 2 events, 3 jobs, 4 by_state, 5 waiting, 6 deleting, 7 ended tasks; of a deployment also 8 model, 9 its
--       deployments, 10 models
-- ARGV: 1 now_ms or '', 2 events_max, 3 reason, 4 message, 5 verb (cancel; stop of a deployment), 6 the state it leads
--       to, 7 who wants its files removed or '', 8 name (of a deployment's model)
-- Returns the final state it has, now or from before, 'requested' (its node will end it) or 'missing' (also when it was
-- deleted before).

-- include ending
-- include model_name

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
local is_placed = state == 'assigned' or state == 'starting' or state == 'running'
local is_waiting = state == 'pending' or state == 'queued'

redis.call('HSET', KEYS[1], 'deleted_at_ms', now, 'removal_asked_by', ARGV[7])
redis.call('HINCRBY', KEYS[1], 'revision', 1)
redis.call('ZREM', KEYS[3], id)
redis.call('ZREM', KEYS[4], string.format('%s:%016d:%s', state, sequence, id))
redis.call('ZADD', KEYS[6], now, id)
if KEYS[8] then
  leave_name(KEYS[8], KEYS[9], KEYS[10], ARGV[8], id)
end
if (is_placed or is_waiting) and (job[5] or '') == '' then
  redis.call('HSET', KEYS[1], 'cancel_requested_at_ms', now, 'cancel_reason', ARGV[3])
end
if is_waiting then
  redis.call('HSET', KEYS[1], 'state', ARGV[6], 'held', 0, 'ended_at_ms', now, 'reason', ARGV[3], 'message', ARGV[4])
  redis.call('ZREM', KEYS[5], id)
  note_ended(KEYS[7], id, job[6], '', job[4], ARGV[6], ARGV[3], ARGV[4], now)
  state = ARGV[6]
end
redis.call('XADD', KEYS[2], 'MAXLEN', '~', ARGV[2], '*', 'type', is_waiting and ARGV[5] or 'delete', 'at_ms', now,
  'attempt', job[4], 'message', ARGV[4])
return is_placed and 'requested' or state
