-- Take a deployment out of its model name; the name goes with its last deployment.
--
-- KEYS: 1 model, 2 its deployments, 3 models
-- ARGV: 1 name, 2 job id
-- Returns 'ok'.

redis.call('ZREM', KEYS[2], ARGV[2])
if redis.call('ZCARD', KEYS[2]) == 0 then
  redis.call('DEL', KEYS[1])
  redis.call('ZREM', KEYS[3], ARGV[1])
end
return 'ok'
