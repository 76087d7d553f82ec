-- Put things into the index by project, those whose records are there yet, and were not deleted.
--
-- KEYS: 1 projects, 2 … the records of the things
-- ARGV: the member of each, in the same order
-- Returns how many there are.

local found = 0
for i = 2, #KEYS do
  if redis.call('EXISTS', KEYS[i]) == 1 and (redis.call('HGET', KEYS[i], 'deleted_at_ms') or '') == '' then
    redis.call('ZADD', KEYS[1], 0, ARGV[i - 1])
    found = found + 1
  end
end
return found
