-- Cancel or stop a placed job now, though nobody has proof that its processes are gone: its record ends, its leases are
-- noted and stay until its node has ended them or was declared lost.
--
-- KEYS: 1 job, 2 events, 3 by_state, 4 placed, 5 kept, 6 ended tasks
-- ARGV: 1 now_ms or '', 2 events_max, 3 verb (cancel, stop), 4 the state it leads to, 5 reason, 6 message
-- Returns 'ok', 'missing' or 'moved_on' (it is not placed, or no node of ours has it).

-- include by_state
-- include ending
-- include leaving

local now = tonumber(ARGV[1])
if not now then
  local t = redis.call('TIME')
  now = t[1] * 1000 + math.floor(t[2] / 1000)
end

local job = redis.call('HMGET', KEYS[1], 'state', 'sequence', 'id', 'attempt', 'node', 'gpu_ids', 'port', 'instance',
  'task_id', 'cancel_requested_at_ms')
local state, sequence, id, attempt = job[1], job[2], job[3], job[4]
if not state then
  return 'missing'
end
if (state ~= 'assigned' and state ~= 'starting' and state ~= 'running') or (job[6] or '') == '' then
  return 'moved_on'
end

local asked_at = job[10]
if not asked_at or asked_at == '' then
  asked_at = now
end
redis.call('HSET', KEYS[5], id .. ':' .. attempt, cjson.encode({ node = job[5], instance = job[8] or '',
  task_id = job[9], gpu_ids = job[6], port = job[7] or '' }))
redis.call('HSET', KEYS[1], 'state', ARGV[4], 'ended_at_ms', now, 'reason', ARGV[5], 'message', ARGV[6],
  'cancel_requested_at_ms', asked_at)
redis.call('HSET', KEYS[1], unpack(NOT_PLACED))
redis.call('HINCRBY', KEYS[1], 'revision', 1)
move_state(KEYS[1], KEYS[3], state, ARGV[4], sequence, id)
redis.call('SREM', KEYS[4], id)
redis.call('XADD', KEYS[2], 'MAXLEN', '~', ARGV[2], '*', 'type', ARGV[3], 'at_ms', now, 'attempt', attempt,
  'message', ARGV[6])
note_ended(KEYS[6], id, job[9], job[5], attempt, ARGV[4], ARGV[5], ARGV[6], now)
return 'ok'
