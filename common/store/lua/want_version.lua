-- Make a version the wanted one of its model name. It takes over at once when one of its deployments answers already.
--
-- KEYS: 1 model, 2 bell of the deployer, then the records of the version's deployments
-- ARGV: 1 now_ms or '', 2 version
-- Returns 'took_over' (also when it had), 'wanted' or 'missing'.

-- include bell
-- include clock

local now = now_ms(ARGV[1])

if redis.call('EXISTS', KEYS[1]) == 0 then
  return 'missing'
end
local active = redis.call('HGET', KEYS[1], 'active')
redis.call('HSET', KEYS[1], 'wanted', ARGV[2])
redis.call('HDEL', KEYS[1], 'recovered_from_ms')
ring(KEYS[2], 'model')
for i = 3, #KEYS do
  local job = redis.call('HMGET', KEYS[i], 'state', 'endpoint', 'unhealthy_since_ms', 'cancel_requested_at_ms')
  local answers = job[1] == 'running' and (job[2] or '') ~= '' and (job[3] or '') == ''
  if answers and (job[4] or '') == '' then
    if active ~= ARGV[2] then
      redis.call('HSET', KEYS[1], 'active', ARGV[2], 'previous', active or '', 'changed_at_ms', now)
    end
    return 'took_over'
  end
end
return 'wanted'
