-- Write how an export ended into the record of its source; said twice, it is written once.
--
-- KEYS: 1 source job, 2 its events
-- ARGV: 1 now_ms or '', 2 events_max, 3 id of the export, 4 path of the new merged model or '', 5 message,
--       6 error or '' when it went well
-- Returns 'ok', 'missing' (the source was deleted) or 'moved_on' (another export was asked for since).

-- include clock
-- include record
-- include events

local now = now_ms(ARGV[1])
local job = read_record('state', 'attempt', 'export_job_id', 'export_told', 'export_path', 'exported_at_ms')
if job.state == '' then
  return 'missing'
end
if job.export_job_id ~= ARGV[3] then
  return 'moved_on'
end
local told = ARGV[3] .. ' ' .. ARGV[5]
if job.export_told == told then
  return 'ok'
end

redis.call('HSET', KEYS[1], 'export_told', told, 'export_error', ARGV[6])
if ARGV[4] ~= '' then
  -- Once: what the training merged itself, if it did, may be served and is not forgotten for a newer model.
  redis.call('HSETNX', KEYS[1], 'own_export_path', job.export_path)
  redis.call('HSETNX', KEYS[1], 'own_exported_at_ms', job.exported_at_ms)
  redis.call('HSET', KEYS[1], 'export_path', ARGV[4], 'exported_at_ms', now)
end
redis.call('HINCRBY', KEYS[1], 'revision', 1)
write_event(now, 'end_export', job.attempt, ARGV[5])
return 'ok'
