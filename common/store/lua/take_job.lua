-- Bring a deployment that waits for a platform beyond our nodes on its way: no leases, a new attempt.
--
-- KEYS: 1 job, 2 events, 3 by_state, 4 waiting, 5 placed
-- ARGV: 1 now_ms or '', 2 events_max, 3 platform, 4 message
-- Returns {'ok', attempt}, or {why}: 'missing' or 'moved_on'.

-- include by_state

local now = tonumber(ARGV[1])
if not now then
  local t = redis.call('TIME')
  now = t[1] * 1000 + math.floor(t[2] / 1000)
end

local job = redis.call('HMGET', KEYS[1], 'state', 'sequence', 'id', 'held', 'attempt', 'attempt_floor')
local state, sequence, id = job[1], job[2], job[3]
if not state then
  return { 'missing' }
end
if (state ~= 'pending' and state ~= 'queued') or job[4] == '1' then
  return { 'moved_on' }
end

local attempt = math.max(tonumber(job[5]), tonumber(job[6] or 0)) + 1
redis.call('HSET', KEYS[1], 'state', 'assigned', 'attempt', attempt, 'node', ARGV[3], 'boot_id', '', 'instance', '', 'gpu_ids', '',
  'assigned_at_ms', now, 'seen_at_ms', now, 'reason', '', 'phase', '', 'process_id', '', 'port', '', 'endpoint', '',
  'ready_at_ms', '', 'restarts', 0)
redis.call('HINCRBY', KEYS[1], 'revision', 1)
move_state(KEYS[1], KEYS[3], state, 'assigned', sequence, id)
redis.call('ZREM', KEYS[4], id)
redis.call('SADD', KEYS[5], id)
redis.call('XADD', KEYS[2], 'MAXLEN', '~', ARGV[2], '*', 'type', 'assign', 'at_ms', now, 'attempt', attempt,
  'message', ARGV[4])
return { 'ok', attempt }
