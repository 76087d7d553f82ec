-- Forget a final job: its record, its indexes and all that hangs below it. A tombstone for each Celery task that it had
-- tells a worker that was away that it was deleted, and not lost with the store. Where its files are to go too, each node
-- gets that as a chore in the same step.
--
-- KEYS: 1 job, 2 jobs, 3 by_state, 4 deleting, 5 ended, 6 projects, then as many tombstones as it had tasks, then the
--       chores of so many nodes, then the keys below the job (events, metrics, logs)
-- ARGV: 1 its task ids as the caller saw them, with commas between, 2 how many, 3 milliseconds to keep a tombstone,
--       4 how many nodes, 5 the chore (JSON), 6 kind
-- Returns 'ok', 'missing', 'not_final' or 'moved_on' (it has another task by now).

-- include record
-- include project

local job = read_record('state', 'sequence', 'id', 'task_id', 'past_task_ids', 'project')
if job.state == '' then
  return 'missing'
end
if not FINAL[job.state] then
  return 'not_final'
end
if job.past_task_ids .. job.task_id ~= ARGV[1] then
  return 'moved_on'
end

local tombstones = 6 + tonumber(ARGV[2])
for tombstone = 7, tombstones do
  redis.call('SET', KEYS[tombstone], job.id, 'PX', ARGV[3])
end
redis.call('ZREM', KEYS[2], job.id)
redis.call('ZREM', KEYS[3], string.format('%s:%016d:%s', job.state, job.sequence, job.id))
redis.call('ZREM', KEYS[4], job.id)
redis.call('ZREM', KEYS[5], job.id)
redis.call('ZREM', KEYS[6], project_member(job.project, ARGV[6], job.sequence, job.id))
local chores = tombstones + tonumber(ARGV[4])
for list = tombstones + 1, chores do
  redis.call('RPUSH', KEYS[list], ARGV[5])
end
redis.call('DEL', KEYS[1], unpack(KEYS, chores + 1))
return 'ok'
