-- Forget a data set, or an unfinished upload, unless it is the last of a content that a job still needs.
--
-- KEYS: 1 dataset, 2 datasets, 3 uploading, 4 names, 5 content, 6 the content's jobs, 7 projects, then the records of these jobs
-- ARGV: 1 id, 2 how many of these jobs the caller saw
-- Returns 'missing', 'in_use', 'moved_on' (there are other jobs now), 'kept' (another data set has the same content) or
-- 'gone' (none has).

-- include project
-- include states

local dataset = redis.call('HMGET', KEYS[1], 'state', 'name', 'project', 'created_at_ms')
if not dataset[1] then
  return 'missing'
end
local is_last = dataset[1] == 'uploading' or redis.call('SCARD', KEYS[5]) <= 1
if dataset[1] == 'ready' and is_last then
  if redis.call('SCARD', KEYS[6]) ~= tonumber(ARGV[2]) then
    return 'moved_on'
  end
  for index = 8, #KEYS do
    local state = redis.call('HGET', KEYS[index], 'state')
    if state and not FINAL[state] then
      return 'in_use'
    end
  end
end

redis.call('DEL', KEYS[1])
redis.call('ZREM', KEYS[2], ARGV[1])
redis.call('ZREM', KEYS[3], ARGV[1])
redis.call('ZREM', KEYS[7], project_member(dataset[3] or '', 'dataset', dataset[4], ARGV[1]))
if redis.call('HGET', KEYS[4], dataset[2]) == ARGV[1] then
  redis.call('HDEL', KEYS[4], dataset[2])
end
if dataset[1] == 'ready' then
  redis.call('SREM', KEYS[5], ARGV[1])
  if is_last then
    redis.call('DEL', KEYS[6])
  end
end
return is_last and 'gone' or 'kept'
