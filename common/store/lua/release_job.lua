-- Let a held job wait for GPUs again, at its old place. Nodes that refused a job are asked again.
--
-- KEYS: 1 job, 2 events, 3 by_state, 4 waiting, 5 placed, 6 ended, 7 transitions
-- ARGV: 1 now_ms or '', 2 events_max, 3 message
-- Returns 'ok' (also when it waits already), 'missing' or 'moved_on' (it does not wait any more).

-- include arrow

local now = now_ms(ARGV[1])
local job = read_job('refused_by')
if job.state == '' then
  return 'missing'
end
if not WAITING[job.state] then
  return 'moved_on'
end
if job.held ~= '1' then
  if job.refused_by ~= '' then
    redis.call('HSET', KEYS[1], 'refused_by', '')
    redis.call('HINCRBY', KEYS[1], 'revision', 1)
  end
  return 'ok'
end

move_job(job, 'release', job.state, now, ARGV[3], { 'held', 0, 'reason', '', 'refused_by', '' })
return 'ok'
