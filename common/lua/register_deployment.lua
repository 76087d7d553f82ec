-- Number a new deployment of a model name, and make its version the wanted one.
--
-- KEYS: 1 model, 2 its deployments, 3 models
-- ARGV: 1 name, 2 version ('' for v<number>), 3 whether it is wanted (0, 1), 4 id before the number, 5 replicas
-- Returns {number, version}. The ids are registered before their records are written: one without a record is nothing.

local number = redis.call('HINCRBY', KEYS[1], 'number', 1)
local version = ARGV[2] ~= '' and ARGV[2] or 'v' .. number
for replica = 1, tonumber(ARGV[5]) do
  redis.call('ZADD', KEYS[2], number, ARGV[4] .. number .. (replica > 1 and '.' .. replica or ''))
end
redis.call('ZADD', KEYS[3], 0, ARGV[1])
if ARGV[3] == '1' then
  redis.call('HSET', KEYS[1], 'wanted', version)
end
return { number, version }
