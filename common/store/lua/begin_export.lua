-- Note in a final job's record that an export of it was asked for. From now on only that export may write its result.
--
-- KEYS: 1 source job, 2 its events
-- ARGV: 1 now_ms or '', 2 events_max, 3 id of the export, 4 message
-- Returns 'ok', 'missing' (also when it was deleted) or 'not_final'.

local now = tonumber(ARGV[1])
if not now then
  local t = redis.call('TIME')
  now = t[1] * 1000 + math.floor(t[2] / 1000)
end

local job = redis.call('HMGET', KEYS[1], 'state', 'attempt', 'deleted_at_ms')
if not job[1] or (job[3] or '') ~= '' then
  return 'missing'
end
if job[1] ~= 'completed' and job[1] ~= 'failed' and job[1] ~= 'cancelled' then
  return 'not_final'
end

redis.call('HSET', KEYS[1], 'export_job_id', ARGV[3], 'export_error', '')
redis.call('HINCRBY', KEYS[1], 'revision', 1)
redis.call('XADD', KEYS[2], 'MAXLEN', '~', ARGV[2], '*', 'type', 'begin_export', 'at_ms', now, 'attempt', job[2],
  'message', ARGV[4])
return 'ok'
