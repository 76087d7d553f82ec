-- Included: let a deployment that has ended wait again, for a new attempt, under a new Celery task.
-- The task that it had is remembered: a worker that was away may still know the deployment by it.

-- include arrow

local PAST_TASKS_BYTES = 2000

-- Each with a comma behind it, the latest last; the oldest go when there are many.
local function past_tasks(past, task)
  past = past .. task .. ','
  while #past > PAST_TASKS_BYTES do
    past = string.gsub(past, '^[^,]*,', '')
  end
  return past
end

-- `job` is what read_job returned.
local function reopen(job, now, task_id, message)
  local past = redis.call('HGET', KEYS[1], 'past_task_ids') or ''
  redis.call('HDEL', KEYS[1], 'cancel_requested_at_ms', 'cancel_reason', 'ended_at_ms', 'started_at_ms', 'ready_at_ms',
    'not_before_at_ms', 'assigned_at_ms', 'queued_at_ms')
  move_job(job, 'reopen', 'pending', now, message, { 'past_task_ids', past_tasks(past, job.task_id), 'held', 0,
    'task_id', task_id, 'reason', '', 'message', '', 'infra_failures', 0, 'restarts', 0, 'node', '', 'boot_id', '',
    'instance', '', 'gpu_ids', '', 'phase', '', 'refused_by', '' })
end
