-- Put those of some jobs that have ended into the index of what has ended.
--
-- KEYS: 1 ended, 2 … the jobs
-- ARGV: the id of each job, in the same order, and behind them the final states
-- Returns how many of them have ended.

local count = #KEYS - 1
local final = {}
for i = count + 1, #ARGV do
  final[ARGV[i]] = true
end

local found = 0
for i = 1, count do
  local job = redis.call('HMGET', KEYS[i + 1], 'state', 'ended_at_ms')
  if job[1] and final[job[1]] and job[2] then
    redis.call('ZADD', KEYS[1], job[2], ARGV[i])
    found = found + 1
  end
end
return found
