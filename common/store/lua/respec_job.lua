-- Change what a deployment asks for: while it is not placed, or where its place allows for it also then.
--
-- KEYS: 1 job, 2 events
-- ARGV: 1 now_ms or '', 2 events_max, 3 spec, 4 message, 5 whether it may be placed (0, 1),
--       6 the revision it must have or ''
-- Returns 'ok', 'missing', 'stale_revision' or 'moved_on' (it is placed and may not be).

-- include clock
-- include record
-- include events

local now = now_ms(ARGV[1])
local job = read_record('state', 'attempt', 'revision')
if job.state == '' then
  return 'missing'
end
if ARGV[6] ~= '' and job.revision ~= ARGV[6] then
  return 'stale_revision'
end
if ARGV[5] == '0' and PLACED[job.state] then
  return 'moved_on'
end

redis.call('HSET', KEYS[1], 'spec', ARGV[3])
redis.call('HINCRBY', KEYS[1], 'revision', 1)
write_event(now, 'respec', job.attempt, ARGV[4])
return 'ok'
