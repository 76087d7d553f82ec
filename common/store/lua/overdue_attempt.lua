-- Whether nobody on its node has spoken of a placed job for too long; it counts as seen from then on.
--
-- KEYS: 1 job
-- ARGV: 1 now_ms, 2 timeout_ms
-- Returns 'due', 'seen', 'missing' or 'moved_on' (it is not placed any more).

-- include record

local job = read_record('state', 'seen_at_ms')
if job.state == '' then
  return 'missing'
end
if not PLACED[job.state] then
  return 'moved_on'
end
if tonumber(ARGV[1]) - (tonumber(job.seen_at_ms) or 0) < tonumber(ARGV[2]) then
  return 'seen'
end

redis.call('HSET', KEYS[1], 'seen_at_ms', ARGV[1])
return 'due'
