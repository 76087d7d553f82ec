-- End an API key for good and free its name; its record stays for a while, to be listed.
--
-- KEYS: 1 key, 2 names
-- ARGV: 1 keep_ms
-- Returns 'ok' (also when it is revoked already) or 'missing'.

-- include clock

local key = redis.call('HMGET', KEYS[1], 'id', 'name', 'revoked_at_ms')
if not key[1] then
  return 'missing'
end
if key[3] then
  return 'ok'
end

redis.call('HSET', KEYS[1], 'revoked_at_ms', now_ms())
redis.call('PEXPIRE', KEYS[1], ARGV[1])
local holder = redis.call('HGET', KEYS[2], key[2])
if holder and string.match(holder, '^(%x+):') == key[1] then
  redis.call('HDEL', KEYS[2], key[2])
end
return 'ok'
