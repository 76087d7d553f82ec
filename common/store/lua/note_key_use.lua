-- Say when an API key was used last.
--
-- KEYS: 1 key
-- ARGV: 1 at_ms
-- Returns 'ok' or 'missing' (nothing is written: half a record would be taken for a key).

if redis.call('EXISTS', KEYS[1]) == 0 then
  return 'missing'
end
redis.call('HSET', KEYS[1], 'last_used_at_ms', ARGV[1])
return 'ok'
