-- Remember that there was a later attempt of a job than its record knows: the store is an older copy. The next one is
-- numbered behind it, so that no number is ever given twice.
--
-- KEYS: 1 job
-- ARGV: 1 task id, 2 created_at_ms, 3 attempt
-- Returns 'ok', 'missing' or 'other_job' (another job has its id now).

local job = redis.call('HMGET', KEYS[1], 'task_id', 'created_at_ms', 'attempt', 'attempt_floor')
if not job[1] then
  return 'missing'
end
if job[1] ~= ARGV[1] and job[2] ~= ARGV[2] then
  return 'other_job'
end
if tonumber(ARGV[3]) > math.max(tonumber(job[3]), tonumber(job[4] or 0)) then
  redis.call('HSET', KEYS[1], 'attempt_floor', ARGV[3])
end
return 'ok'
