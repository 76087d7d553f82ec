-- Included, behind by_state: let a deployment that has ended wait again, for a new attempt, under a new Celery task.
-- `job` is its key, `record` its {state, sequence, id, attempt, priority}.
-- The task that it had is remembered: a worker that was away may still know the deployment by it.

local PAST_TASKS_BYTES = 2000

-- Each with a comma behind it, the latest last; the oldest go when there are many.
local function past_tasks(past, task)
  past = past .. task .. ','
  while #past > PAST_TASKS_BYTES do
    past = string.gsub(past, '^[^,]*,', '')
  end
  return past
end

local function reopen(job, events, by_state, waiting, record, now, events_max, task_id, message)
  local state, sequence, id = record[1], record[2], record[3]
  local tasks = redis.call('HMGET', job, 'past_task_ids', 'task_id')
  redis.call('HSET', job, 'past_task_ids', past_tasks(tasks[1] or '', tasks[2]))
  redis.call('HSET', job, 'state', 'pending', 'held', 0, 'task_id', task_id, 'reason', '', 'message', '',
    'infra_failures', 0, 'restarts', 0, 'node', '', 'boot_id', '', 'instance', '', 'gpu_ids', '', 'phase', '',
    'refused_by', '')
  redis.call('HDEL', job, 'cancel_requested_at_ms', 'cancel_reason', 'ended_at_ms', 'started_at_ms', 'ready_at_ms',
    'not_before_at_ms', 'assigned_at_ms', 'queued_at_ms')
  redis.call('HINCRBY', job, 'revision', 1)
  move_state(job, by_state, state, 'pending', sequence, id)
  redis.call('ZADD', waiting, (10 - tonumber(record[5])) * 1e13 + tonumber(sequence), id)
  redis.call('XADD', events, 'MAXLEN', '~', events_max, '*', 'type', 'reopen', 'at_ms', now, 'attempt', record[4],
    'message', message)
end
