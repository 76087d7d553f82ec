-- Write how an export ended into the record of its source; said twice, it is written once.
--
-- KEYS: 1 source job, 2 its events
-- ARGV: 1 now_ms or '', 2 events_max, 3 id of the export, 4 path of the new merged model or '', 5 message,
--       6 error or '' when it went well
-- Returns 'ok', 'missing' (the source was deleted) or 'moved_on' (another export was asked for since).

local now = tonumber(ARGV[1])
if not now then
  local t = redis.call('TIME')
  now = t[1] * 1000 + math.floor(t[2] / 1000)
end

local job = redis.call('HMGET', KEYS[1], 'state', 'attempt', 'export_job_id', 'export_told',
  'export_path', 'exported_at_ms')
if not job[1] then
  return 'missing'
end
if job[3] ~= ARGV[3] then
  return 'moved_on'
end
local told = ARGV[3] .. ' ' .. ARGV[5]
if job[4] == told then
  return 'ok'
end

redis.call('HSET', KEYS[1], 'export_told', told, 'export_error', ARGV[6])
if ARGV[4] ~= '' then
  -- Once: what the training merged itself, if it did, may be served and is not forgotten for a newer model.
  redis.call('HSETNX', KEYS[1], 'own_export_path', job[5] or '')
  redis.call('HSETNX', KEYS[1], 'own_exported_at_ms', job[6] or '')
  redis.call('HSET', KEYS[1], 'export_path', ARGV[4], 'exported_at_ms', now)
end
redis.call('HINCRBY', KEYS[1], 'revision', 1)
redis.call('XADD', KEYS[2], 'MAXLEN', '~', ARGV[2], '*', 'type', 'end_export', 'at_ms', now, 'attempt', job[2],
  'message', ARGV[5])
return 'ok'
