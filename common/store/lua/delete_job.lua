-- Forget a final job: its record, its indexes and all that hangs below it. A tombstone for each Celery task that it had
-- tells a worker that was away that it was deleted, and not lost with the store. Where its files are to go too, each node
-- gets that as a chore in the same step.
--
-- KEYS: 1 job, 2 jobs, 3 by_state, 4 deleting, then as many tombstones as it had tasks, then the chores of so many nodes, then the
--       keys below the job (events, metrics, logs)
-- ARGV: 1 its task ids as the caller saw them, with commas between, 2 how many, 3 milliseconds to keep a tombstone,
--       4 how many nodes, 5 the chore (JSON)
-- Returns 'ok', 'missing', 'not_final' or 'moved_on' (it has another task by now).

local job = redis.call('HMGET', KEYS[1], 'state', 'sequence', 'id', 'task_id', 'past_task_ids')
local state = job[1]
if not state then
  return 'missing'
end
if state ~= 'completed' and state ~= 'failed' and state ~= 'cancelled' and state ~= 'stopped' then
  return 'not_final'
end
if (job[5] or '') .. job[4] ~= ARGV[1] then
  return 'moved_on'
end

local tasks = tonumber(ARGV[2])
for tombstone = 5, 4 + tasks do
  redis.call('SET', KEYS[tombstone], job[3], 'PX', ARGV[3])
end
redis.call('ZREM', KEYS[2], job[3])
redis.call('ZREM', KEYS[4], job[3])
redis.call('ZREM', KEYS[3], string.format('%s:%016d:%s', state, job[2], job[3]))
local chores = 4 + tasks + tonumber(ARGV[4])
for list = 5 + tasks, chores do
  redis.call('RPUSH', KEYS[list], ARGV[5])
end
redis.call('DEL', KEYS[1], unpack(KEYS, chores + 1))
return 'ok'
