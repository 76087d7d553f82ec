-- Write how an export ended into the record of its source; said twice, it is written once.
--
-- KEYS: 1 source job, 2 its events
-- ARGV: 1 now_ms or '', 2 events_max, 3 id of the export, 4 export path or '' when it failed, 5 message
-- Returns 'ok', 'missing' (the source was deleted) or 'moved_on' (another export was asked for since).

local now = tonumber(ARGV[1])
if not now then
  local t = redis.call('TIME')
  now = t[1] * 1000 + math.floor(t[2] / 1000)
end

local job = redis.call('HMGET', KEYS[1], 'state', 'attempt', 'export_job_id', 'export_path', 'export_error')
if not job[1] then
  return 'missing'
end
if job[3] ~= ARGV[3] then
  return 'moved_on'
end
local failed = ARGV[4] == ''
if (failed and job[5] == ARGV[5]) or (not failed and job[4] == ARGV[4]) then
  return 'ok'
end

if failed then
  redis.call('HSET', KEYS[1], 'export_error', ARGV[5])
else
  redis.call('HSET', KEYS[1], 'export_error', '', 'export_path', ARGV[4], 'exported_at_ms', now)
end
redis.call('HINCRBY', KEYS[1], 'revision', 1)
redis.call('XADD', KEYS[2], 'MAXLEN', '~', ARGV[2], '*', 'type', 'end_export', 'at_ms', now, 'attempt', job[2],
  'message', ARGV[5])
return 'ok'
