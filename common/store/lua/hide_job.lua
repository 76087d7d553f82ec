-- Take the user's wish to delete, in one step: from now on nobody sees the job, and nothing of it starts. One that waits
-- ends here and now; a placed one is ended by its node, and its record stays, with its id and its leases, until that is
-- proved. Who forgets it then finds in the record whether its files are to go, too.
--
-- KEYS: 1 job, 2 events, 3 by_state, 4 waiting, 5 placed, 6 ended, 7 transitions, 8 jobs, 9 deleting, 10 projects; of a
--       deployment also 11 model, 12 its deployments, 13 models
-- ARGV: 1 now_ms or '', 2 events_max, 3 reason, 4 message, 5 verb (cancel; stop of a deployment), 6 the state it leads
--       to, 7 who wants its files removed or '', 8 kind, 9 name (of a deployment's model)
-- Returns the final state it has, now or from before, 'requested' (its node will end it) or 'missing' (also when it was
-- deleted before).

-- include arrow
-- include project
-- include model_name

local now = now_ms(ARGV[1])
local job = read_job('cancel_requested_at_ms', 'project')
if is_unseen(job) then
  return 'missing'
end

redis.call('HSET', KEYS[1], 'deleted_at_ms', now, 'removal_asked_by', ARGV[7])
job.deleted_at_ms = now
redis.call('ZREM', KEYS[8], job.id)
redis.call('ZREM', KEYS[10], project_member(job.project, ARGV[8], job.sequence, job.id))
redis.call('ZADD', KEYS[9], now, job.id)
if KEYS[11] then
  leave_name(KEYS[11], KEYS[12], KEYS[13], KEYS[10], ARGV[9], job.id)
end
if not FINAL[job.state] and job.cancel_requested_at_ms == '' then
  redis.call('HSET', KEYS[1], 'cancel_requested_at_ms', now, 'cancel_reason', ARGV[3])
end
if WAITING[job.state] then
  move_job(job, ARGV[5], ARGV[6], now, ARGV[4], { 'held', 0, 'ended_at_ms', now, 'reason', ARGV[3], 'message', ARGV[4] })
  return ARGV[6]
end
index_state(job, job.state)
redis.call('HINCRBY', KEYS[1], 'revision', 1)
write_event(now, 'delete', job.attempt, ARGV[4])
return PLACED[job.state] and 'requested' or job.state
