-- Change the priority of a waiting job in place: it keeps its number of submission, so equals stay in their order.
--
-- KEYS: 1 job, 2 events, 3 waiting
-- ARGV: 1 now_ms or '', 2 events_max, 3 priority, 4 the revision it must have or '', 5 message
-- Returns 'ok' (also when it has that priority), 'missing', 'stale_revision' or 'moved_on' (it does not wait any more).

-- include clock
-- include record
-- include events
-- include queue

local now = now_ms(ARGV[1])
local job = read_record('state', 'sequence', 'id', 'held', 'priority', 'revision', 'attempt')
if job.state == '' then
  return 'missing'
end
if ARGV[4] ~= '' and job.revision ~= ARGV[4] then
  return 'stale_revision'
end
if not WAITING[job.state] then
  return 'moved_on'
end
if job.priority == ARGV[3] then
  return 'ok'
end

redis.call('HSET', KEYS[1], 'priority', ARGV[3])
redis.call('HINCRBY', KEYS[1], 'revision', 1)
if job.held ~= '1' then
  redis.call('ZADD', KEYS[3], queue_score(ARGV[3], job.sequence), job.id)
end
write_event(now, 'reprioritise', job.attempt, ARGV[5])
return 'ok'
