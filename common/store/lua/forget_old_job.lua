-- Forget a job that ended long ago: its record, its places in the indexes and all that hangs below it, in one step. No
-- tombstone is left: the caller knows that no node has anything of it to tell.
--
-- KEYS: 1 job, 2 jobs, 3 by_state, 4 ended, 5 trainings to be deployed when they are done, 6 projects, then the jobs of
--       each content that it was given, then the keys below the job (events, metrics, logs)
-- ARGV: 1 now_ms or '', 2 how many milliseconds ago it has to have ended, 3 id, 4 the attempt that the caller saw,
--       5 how many contents, 6 kind
-- Returns 'ok', 'missing' (also when it was deleted: then it is forgotten elsewhere), 'not_final', 'moved_on' (not over
-- for so long, or it had another attempt) or 'needed' (it is to be deployed yet).

-- include is_over
-- include project

local id = ARGV[3]
local job = read_record('state', 'sequence', 'attempt', 'ended_at_ms', 'deleted_at_ms', 'project')
if is_unseen(job) then
  return 'missing'
end
if not FINAL[job.state] then
  return 'not_final'
end
if job.attempt ~= ARGV[4] or not is_over(job, now_ms(ARGV[1]), tonumber(ARGV[2])) then
  return 'moved_on'
end
if redis.call('SISMEMBER', KEYS[5], id) == 1 then
  return 'needed'
end

-- Only commands that a Redis which is full takes as well: this makes room.
redis.call('ZREM', KEYS[2], id)
redis.call('ZREM', KEYS[3], string.format('%s:%016d:%s', job.state, job.sequence, id))
redis.call('ZREM', KEYS[4], id)
redis.call('ZREM', KEYS[6], project_member(job.project, ARGV[6], job.sequence, id))
local contents = 6 + tonumber(ARGV[5])
for content = 7, contents do
  redis.call('SREM', KEYS[content], id)
end
-- Long logs are freed beside Redis's own thread, which others wait for.
redis.call('UNLINK', KEYS[1], unpack(KEYS, contents + 1))
return 'ok'
