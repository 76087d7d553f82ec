-- Included: whether a job ended at least `least` milliseconds ago. One that waits or runs again has not.
--
-- KEYS: 1 job

-- include clock
-- include record

-- Needs state and ended_at_ms.
local function is_over(job, now, least)
  return FINAL[job.state] == true and now - tonumber(job.ended_at_ms) >= least
end
