-- Stop planning, and tell whether somebody rang meanwhile.
--
-- KEYS: 1 pass, 2 again
-- ARGV: 1 token of this pass
-- Returns 1 when another pass is due, else 0.

if redis.call('GET', KEYS[1]) == ARGV[1] then
  redis.call('DEL', KEYS[1])
end
return redis.call('DEL', KEYS[2])
