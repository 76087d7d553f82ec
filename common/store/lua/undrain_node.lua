-- Let a node take work again, and ring the scheduler.
--
-- KEYS: 1 node, 2 bell
-- ARGV: 1 name
-- Returns 'ok' (also when it is not drained) or 'missing'.

-- include bell

if redis.call('HEXISTS', KEYS[1], 'name') == 0 then
  return 'missing'
end
redis.call('HDEL', KEYS[1], 'drained_at_ms', 'drained_by', 'drain_reason')
ring(KEYS[2], ARGV[1])
return 'ok'
