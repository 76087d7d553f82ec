-- Remember to start deployments that are being stopped as soon as they have ended.
--
-- KEYS: 1 model
-- ARGV: the deployments' ids
-- Returns 'ok' or 'missing' (its last deployment was forgotten, and the name with it).

if redis.call('EXISTS', KEYS[1]) == 0 then
  return 'missing'
end
for _, id in ipairs(ARGV) do
  redis.call('HSET', KEYS[1], 'again:' .. id, 1)
end
return 'ok'
