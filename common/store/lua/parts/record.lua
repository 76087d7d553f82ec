-- Included: read the record of a job, and refuse what may not be written into it.
--
-- KEYS: 1 job

-- include states

-- The named fields by their names. One that the record does not have is '', as one that was emptied.
local function read_record(...)
  local values, record = redis.call('HMGET', KEYS[1], ...), {}
  for place, name in ipairs({ ... }) do
    record[name] = values[place] or ''
  end
  return record
end

-- Whether users see no such job: there is none, or it was deleted. Needs state and deleted_at_ms.
local function is_unseen(job)
  return job.state == '' or job.deleted_at_ms ~= ''
end

-- Why nothing of that attempt may be written, or nil. Needs state and attempt.
local function refuse_attempt(job, attempt)
  if job.state == '' then
    return 'missing'
  end
  if job.attempt ~= attempt then
    return 'stale_attempt'
  end
end

-- The same for what only a placed attempt may write.
local function refuse_placed_attempt(job, attempt)
  return refuse_attempt(job, attempt) or (not PLACED[job.state] and 'moved_on') or nil
end

-- The number that no attempt of the job ever had. Needs attempt and attempt_floor.
local function next_attempt(job)
  return math.max(tonumber(job.attempt), tonumber(job.attempt_floor) or 0) + 1
end
