-- Write a new API key and give it its name.
--
-- KEYS: 1 key, 2 keys, 3 names, 4 projects
-- ARGV: 1 created_at_ms, 2 id, 3 name, 4 scope, 5 hash, 6 created_by, 7 expires_at_ms or 0, 8 keep_ms past the expiry,
--       9 project
-- Returns 'ok' or 'taken' (an active key has the name).

-- include project

local created_at, expires_at = tonumber(ARGV[1]), tonumber(ARGV[7])
local known = redis.call('HGET', KEYS[3], ARGV[3])
if known then
  local ends_at = tonumber(string.match(known, ':(%d+)$'))
  if ends_at == 0 or ends_at > created_at then
    return 'taken'
  end
end

redis.call('HSET', KEYS[1], 'id', ARGV[2], 'name', ARGV[3], 'scope', ARGV[4], 'hash', ARGV[5], 'created_by', ARGV[6],
  'created_at_ms', ARGV[1], 'project', ARGV[9])
if expires_at > 0 then
  redis.call('HSET', KEYS[1], 'expires_at_ms', ARGV[7])
  redis.call('PEXPIREAT', KEYS[1], string.format('%.0f', expires_at + tonumber(ARGV[8])))
end
redis.call('ZADD', KEYS[2], created_at, ARGV[2])
redis.call('ZADD', KEYS[4], 0, project_member(ARGV[9], 'key', created_at, ARGV[2]))
redis.call('HSET', KEYS[3], ARGV[3], ARGV[2] .. ':' .. ARGV[7])
return 'ok'
