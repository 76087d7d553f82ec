-- All of a data set's content is there: count it as one of its content's, and let its name mean it from now on.
--
-- KEYS: 1 dataset, 2 uploading, 3 names, 4 content
-- ARGV: 1 id, 2 name, 3 sha256, 4 bytes, 5 rows or ''
-- Returns 'ok' or 'missing' (it was deleted, or is finished already).

-- include clock

if redis.call('HGET', KEYS[1], 'state') ~= 'uploading' then
  return 'missing'
end

redis.call('HSET', KEYS[1], 'state', 'ready', 'sha256', ARGV[3], 'bytes', ARGV[4], 'rows', ARGV[5],
  'completed_at_ms', now_ms())
redis.call('ZREM', KEYS[2], ARGV[1])
redis.call('HSET', KEYS[3], ARGV[2], ARGV[1])
redis.call('SADD', KEYS[4], ARGV[1])
return 'ok'
