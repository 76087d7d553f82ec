-- Included: where a job stands among those that wait, the lowest first: by priority, and in it by submission. (In Python:
-- common/store/queue.py.)

local function queue_score(priority, sequence)
  return (10 - tonumber(priority)) * 1e13 + tonumber(sequence)
end
