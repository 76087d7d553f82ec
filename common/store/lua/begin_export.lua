-- Note in a final job's record that an export of it was asked for. From now on only that export may write its result.
--
-- KEYS: 1 source job, 2 its events
-- ARGV: 1 now_ms or '', 2 events_max, 3 id of the export, 4 message
-- Returns 'ok', 'missing' (also when it was deleted) or 'not_final'.

-- include clock
-- include record
-- include events

local now = now_ms(ARGV[1])
local job = read_record('state', 'attempt', 'deleted_at_ms')
if is_unseen(job) then
  return 'missing'
end
if not FINAL[job.state] then
  return 'not_final'
end

redis.call('HSET', KEYS[1], 'export_job_id', ARGV[3], 'export_error', '')
redis.call('HINCRBY', KEYS[1], 'revision', 1)
write_event(now, 'begin_export', job.attempt, ARGV[4])
return 'ok'
