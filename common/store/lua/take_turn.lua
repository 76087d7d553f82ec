-- Take or keep a lock that has an owner, or give it back.
--
-- KEYS: 1 lock
-- ARGV: 1 token of the owner, 2 milliseconds to keep it, 0 to give it back
-- Returns 1 when it is the owner's, 0 when it is another's.

local owner = redis.call('GET', KEYS[1])
if owner and owner ~= ARGV[1] then
  return 0
end
if ARGV[2] == '0' then
  redis.call('DEL', KEYS[1])
else
  redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
end
return 1
