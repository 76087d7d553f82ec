-- Make a version the wanted one of its model name. It takes over at once when one of its deployments answers already.
--
-- KEYS: 1 model, 2 bell of the deployer, then the records of the version's deployments
-- ARGV: 1 now_ms or '', 2 version
-- Returns 'took_over', 'wanted' or 'missing'.

local now = tonumber(ARGV[1])
if not now then
  local t = redis.call('TIME')
  now = t[1] * 1000 + math.floor(t[2] / 1000)
end

if redis.call('EXISTS', KEYS[1]) == 0 then
  return 'missing'
end
local model = redis.call('HMGET', KEYS[1], 'active')
redis.call('HSET', KEYS[1], 'wanted', ARGV[2])
redis.call('LPUSH', KEYS[2], 'model')
redis.call('LTRIM', KEYS[2], 0, 0)
if model[1] == ARGV[2] then
  return 'took_over'
end
for i = 3, #KEYS do
  local job = redis.call('HMGET', KEYS[i], 'state', 'endpoint', 'unhealthy_since_ms')
  if job[1] == 'running' and job[2] and job[2] ~= '' and (not job[3] or job[3] == '') then
    redis.call('HSET', KEYS[1], 'active', ARGV[2], 'previous', model[1] or '', 'changed_at_ms', now)
    return 'took_over'
  end
end
return 'wanted'
