-- Place nothing more on a node; what runs there goes on. It stays so until it is undrained, whoever restarts.
--
-- KEYS: 1 node
-- ARGV: 1 now_ms or '', 2 by, 3 reason
-- Returns 'ok' (also when it is drained already: then only by whom and why change) or 'missing'.

-- include clock

local now = now_ms(ARGV[1])

if redis.call('HEXISTS', KEYS[1], 'name') == 0 then
  return 'missing'
end
redis.call('HSETNX', KEYS[1], 'drained_at_ms', now)
redis.call('HSET', KEYS[1], 'drained_by', ARGV[2], 'drain_reason', ARGV[3])
return 'ok'
