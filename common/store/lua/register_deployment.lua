-- Number a new deployment of a model name, and make its version the wanted one.
--
-- KEYS: 1 model, 2 its deployments, 3 models, 4 projects
-- ARGV: 1 name, 2 version ('' for v<number>), 3 whether it is wanted (0, 1), 4 id before the number, 5 replicas, 6 project
-- Returns {number, version}. The ids are registered before their records are written: one without a record is nothing.

-- include project

local number = redis.call('HINCRBY', KEYS[1], 'number', 1)
local version = ARGV[2]
if version == '' then
  -- A user may have called an earlier version v<number>: that one is another model, perhaps.
  while redis.call('HEXISTS', KEYS[1], 'version:v' .. number) == 1 do
    number = redis.call('HINCRBY', KEYS[1], 'number', 1)
  end
  version = 'v' .. number
end
redis.call('HSET', KEYS[1], 'version:' .. version, number)
for replica = 1, tonumber(ARGV[5]) do
  redis.call('ZADD', KEYS[2], number, ARGV[4] .. number .. (replica > 1 and '.' .. replica or ''))
end
redis.call('ZADD', KEYS[3], 0, ARGV[1])
redis.call('HSETNX', KEYS[1], 'project', ARGV[6])
redis.call('ZADD', KEYS[4], 0, project_member(redis.call('HGET', KEYS[1], 'project'), 'model', 0, ARGV[1]))
if ARGV[3] == '1' then
  redis.call('HSET', KEYS[1], 'wanted', version)
  redis.call('HDEL', KEYS[1], 'recovered_from_ms')
end
return { number, version }
