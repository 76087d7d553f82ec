-- Included: leave word that a job's Celery task is over, for whoever makes Celery's results agree.

local function note_ended(ended, job_id, task_id, node, attempt, state, reason, message, now)
  redis.call('XADD', ended, 'MAXLEN', '~', 100000, '*', 'task_id', task_id, 'job_id', job_id, 'node', node or '',
    'attempt', attempt, 'state', state, 'reason', reason, 'message', message, 'at_ms', now)
end
