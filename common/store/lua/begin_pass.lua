-- Become the one scheduler that plans now. Each pass has an epoch of its own, so that a scheduler that was stopped in
-- the middle and wakes up later can place nothing.
--
-- KEYS: 1 pass, 2 again, 3 epoch
-- ARGV: 1 token of this pass, 2 ttl_ms
-- Returns the epoch, or 0 when another pass runs; that one then knows that it has to look again.

if redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) then
  redis.call('DEL', KEYS[2])
  return redis.call('INCR', KEYS[3])
end
redis.call('SET', KEYS[2], '1', 'PX', ARGV[2])
return 0
