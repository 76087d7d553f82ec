-- Let a deployment that was stopped or failed wait again, for a new attempt, under a new Celery task.
--
-- KEYS: 1 job, 2 events, 3 by_state, 4 waiting
-- ARGV: 1 now_ms or '', 2 events_max, 3 task id, 4 message
-- Returns 'ok', 'missing' or 'moved_on' (it has not ended).

local now = tonumber(ARGV[1])
if not now then
  local t = redis.call('TIME')
  now = t[1] * 1000 + math.floor(t[2] / 1000)
end

local job = redis.call('HMGET', KEYS[1], 'state', 'sequence', 'id', 'attempt', 'priority')
local state, sequence, id = job[1], job[2], job[3]
if not state then
  return 'missing'
end
if state ~= 'stopped' and state ~= 'failed' then
  return 'moved_on'
end

redis.call('HSET', KEYS[1], 'state', 'pending', 'held', 0, 'task_id', ARGV[3], 'reason', '', 'message', '',
  'infra_failures', 0, 'restarts', 0, 'node', '', 'boot_id', '', 'gpu_ids', '', 'phase', '')
redis.call('HDEL', KEYS[1], 'cancel_requested_at_ms', 'cancel_reason', 'ended_at_ms', 'started_at_ms', 'ready_at_ms',
  'not_before_at_ms', 'assigned_at_ms', 'queued_at_ms')
redis.call('HINCRBY', KEYS[1], 'revision', 1)
redis.call('ZREM', KEYS[3], string.format('%s:%016d:%s', state, sequence, id))
redis.call('ZADD', KEYS[3], 0, string.format('pending:%016d:%s', sequence, id))
redis.call('ZADD', KEYS[4], (10 - tonumber(job[5])) * 1e13 + tonumber(sequence), id)
redis.call('XADD', KEYS[2], 'MAXLEN', '~', ARGV[2], '*', 'type', 'reopen', 'at_ms', now, 'attempt', job[4],
  'message', ARGV[4])
return 'ok'
