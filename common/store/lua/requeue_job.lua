-- Put a placed job back into the queue, at its old place, and free its leases. The next placement is a new attempt.
-- The caller has proof that nothing of the old attempt runs, or that its node may not be given out before it is back.
--
-- KEYS: 1 job, 2 events, 3 by_state, 4 waiting, 5 placed, 6 leases, 7 bell
-- ARGV: 1 now_ms or '', 2 events_max, 3 attempt, 4 reason, 5 message, 6 delay_ms before it may be placed again,
--       7 the counter to raise: infra_failures or user_retries, '' for none
-- Returns 'ok' (also when it was put back already), 'missing', 'stale_attempt', 'moved_on' or 'cancel_requested' (it has to
-- be cancelled instead).

-- include by_state
-- include leases
-- include leaving

local now = tonumber(ARGV[1])
if not now then
  local t = redis.call('TIME')
  now = t[1] * 1000 + math.floor(t[2] / 1000)
end

local job = redis.call('HMGET', KEYS[1], 'state', 'sequence', 'id', 'attempt', 'node', 'gpu_ids', 'priority',
  'cancel_requested_at_ms', 'port', 'reason')
local state, sequence, id = job[1], job[2], job[3]
if not state then
  return 'missing'
end
if job[4] ~= ARGV[3] then
  return 'stale_attempt'
end
if state == 'queued' and job[10] == ARGV[4] then
  return 'ok' -- it was put back for the same reason, and the answer was lost
end
if state ~= 'assigned' and state ~= 'starting' and state ~= 'running' then
  return 'moved_on'
end
if job[8] and job[8] ~= '' then
  return 'cancel_requested'
end

free_leases(KEYS[6], job[5], job[6], job[9], id .. ':' .. ARGV[3])
redis.call('HSET', KEYS[1], 'state', 'queued', 'queued_at_ms', now, 'reason', ARGV[4], 'message', ARGV[5],
  'not_before_at_ms', now + tonumber(ARGV[6]), 'node', '', 'boot_id', '', 'instance', '', 'gpu_ids', '')
redis.call('HSET', KEYS[1], unpack(NOT_PLACED))
if ARGV[7] ~= '' then
  redis.call('HINCRBY', KEYS[1], ARGV[7], 1)
end
redis.call('HINCRBY', KEYS[1], 'revision', 1)
move_state(KEYS[1], KEYS[3], state, 'queued', sequence, id)
redis.call('SREM', KEYS[5], id)
redis.call('ZADD', KEYS[4], (10 - tonumber(job[7])) * 1e13 + tonumber(sequence), id)
redis.call('LPUSH', KEYS[7], id)
redis.call('LTRIM', KEYS[7], 0, 0)
redis.call('XADD', KEYS[2], 'MAXLEN', '~', ARGV[2], '*', 'type', 'requeue', 'at_ms', now, 'attempt', ARGV[3],
  'message', ARGV[5])
return 'ok'
