-- Whether nobody on its node has spoken of a placed job for too long; it counts as seen from then on.
--
-- KEYS: 1 job
-- ARGV: 1 now_ms, 2 timeout_ms
-- Returns 'due', 'seen', 'missing' or 'moved_on' (it is not placed any more).

local job = redis.call('HMGET', KEYS[1], 'state', 'seen_at_ms')
if not job[1] then
  return 'missing'
end
if job[1] ~= 'assigned' and job[1] ~= 'starting' and job[1] ~= 'running' then
  return 'moved_on'
end
if tonumber(ARGV[1]) - tonumber(job[2] or 0) < tonumber(ARGV[2]) then
  return 'seen'
end

redis.call('HSET', KEYS[1], 'seen_at_ms', ARGV[1])
return 'due'
