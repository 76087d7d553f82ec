-- Complete, fail, cancel or stop a placed attempt, free its leases and ring the scheduler, in one step. A deployment
-- that is to start again when it has stopped waits again in the same step: nobody sees it ended for good in between.
--
-- KEYS: 1 job, 2 events, 3 by_state, 4 placed, 5 leases, 6 bell, 7 ended tasks; of a deployment that is stopped also
--       8 model, 9 waiting
-- ARGV: 1 now_ms or '', 2 events_max, 3 verb (complete, fail, cancel, stop), 4 attempt, 5 reason, 6 message,
--       7 task id and 8 message of starting again, then further fields of the record as name, value, ...
-- Returns 'ok' (also when that is its end already), 'missing', 'stale_attempt' or 'moved_on' (it has another end, or waits
-- again; complete only leaves running).

-- include by_state
-- include leases
-- include ending
-- include leaving
-- include reopening

local now = tonumber(ARGV[1])
if not now then
  local t = redis.call('TIME')
  now = t[1] * 1000 + math.floor(t[2] / 1000)
end
local verb = ARGV[3]
local target = ({ complete = 'completed', fail = 'failed', cancel = 'cancelled', stop = 'stopped' })[verb]

local job = redis.call('HMGET', KEYS[1], 'state', 'sequence', 'id', 'attempt', 'node', 'gpu_ids', 'port',
  'priority', 'reason', 'task_id', 'deleted_at_ms')
local state, sequence, id = job[1], job[2], job[3]
if not state then
  return 'missing'
end
if job[4] ~= ARGV[4] then
  return 'stale_attempt'
end
if state == target and job[9] == ARGV[5] then
  return 'ok' -- the caller, or somebody who came to the same end of this attempt, wrote it; its answer was lost
end
if state ~= 'running' and (verb == 'complete' or (state ~= 'assigned' and state ~= 'starting')) then
  return 'moved_on'
end

free_leases(KEYS[5], job[5], job[6], job[7], id .. ':' .. ARGV[4])
redis.call('HSET', KEYS[1], 'state', target, 'ended_at_ms', now, 'reason', ARGV[5], 'message', ARGV[6],
  unpack(ARGV, 9))
redis.call('HSET', KEYS[1], unpack(NOT_PLACED))
redis.call('HINCRBY', KEYS[1], 'revision', 1)
move_state(KEYS[1], KEYS[3], state, target, sequence, id)
redis.call('SREM', KEYS[4], id)
redis.call('LPUSH', KEYS[6], id)
redis.call('LTRIM', KEYS[6], 0, 0)
redis.call('XADD', KEYS[2], 'MAXLEN', '~', ARGV[2], '*', 'type', verb, 'at_ms', now, 'attempt', ARGV[4],
  'message', ARGV[6])
note_ended(KEYS[7], id, job[10], job[5], ARGV[4], target, ARGV[5], ARGV[6], now)
if KEYS[8] and redis.call('HDEL', KEYS[8], 'again:' .. id) == 1 and (job[11] or '') == '' then
  local ended = { target, sequence, id, ARGV[4], job[8] }
  reopen(KEYS[1], KEYS[2], KEYS[3], KEYS[9], ended, now, ARGV[2], ARGV[7], ARGV[8])
end
return 'ok'
