-- Write something that means nothing, to learn whether Redis takes writes.
--
-- KEYS: 1 probe
-- ARGV: 1 kept_seconds
-- Returns 'ok'.

redis.call('SET', KEYS[1], '1', 'EX', ARGV[1])
return 'ok'
