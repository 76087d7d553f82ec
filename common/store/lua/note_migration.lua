-- Keep the turn of whoever migrates the store for another while, and note what version the store has by now.
--
-- KEYS: 1 migrating, 2 store
-- ARGV: 1 whose turn it is, 2 its milliseconds, 3 the version that the store has now, or ''
-- Returns 'ok', or 'moved_on' when it is another one's turn: nothing is noted then.

if redis.call('GET', KEYS[1]) ~= ARGV[1] then
  return 'moved_on'
end
redis.call('PEXPIRE', KEYS[1], ARGV[2])
if ARGV[3] ~= '' then
  redis.call('HSET', KEYS[2], 'version', ARGV[3])
end
return 'ok'
