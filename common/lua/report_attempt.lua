-- Add what a follower read since its last report: log bytes, metric records, the newest progress.
-- Both streams are fenced by byte offset, so that a report that is repeated, or made by a second follower after a
-- crash, adds each byte and each record exactly once.
--
-- KEYS: 1 job, 2 log, 3 log head, 4 log tail, 5 metrics
-- ARGV: 1 attempt, 2 log_from, 3 log chunk, 4 head_max, 5 tail_max, 6 metrics_from, 7 metrics_to, 8 metrics_max,
--       9 progress (JSON) or '', then the metric records (JSON)
-- Returns {word, log_end, metrics_end}; word: 'ok', 'cancel_requested', 'missing', 'stale_attempt' or 'moved_on'.
-- The ends are where the follower has to read on.

local job = redis.call('HMGET', KEYS[1], 'state', 'attempt', 'cancel_requested_at_ms')
if not job[1] then
  return { 'missing', 0, 0 }
end
if job[2] ~= ARGV[1] then
  return { 'stale_attempt', 0, 0 }
end
if job[1] ~= 'assigned' and job[1] ~= 'starting' and job[1] ~= 'running' then
  return { 'moved_on', 0, 0 }
end

local t = redis.call('TIME')
local seen = redis.call('HMGET', KEYS[2], 'end', 'head_bytes', 'tail_start', 'tail_bytes', 'metrics_end')
local log_end, head, tail_start, tail = tonumber(seen[1] or 0), tonumber(seen[2] or 0), tonumber(seen[3] or 0),
  tonumber(seen[4] or 0)
local metrics_end = tonumber(seen[5] or 0)

local chunk = ARGV[3]
if #chunk > 0 and tonumber(ARGV[2]) == log_end then
  local room = math.max(0, math.min(#chunk, tonumber(ARGV[4]) - head))
  if room > 0 then
    head = redis.call('APPEND', KEYS[3], string.sub(chunk, 1, room))
  end
  if room < #chunk then
    if tail == 0 then
      tail_start = log_end + room
    end
    redis.call('RPUSH', KEYS[4], string.sub(chunk, room + 1))
    tail = tail + #chunk - room
    while tail > tonumber(ARGV[5]) do
      local gone = #redis.call('LPOP', KEYS[4])
      tail, tail_start = tail - gone, tail_start + gone
    end
  end
  log_end = log_end + #chunk
end

if #ARGV > 9 and tonumber(ARGV[6]) == metrics_end then
  -- How many there ever were: an index then names the same record however often the list is trimmed.
  local total = redis.call('HGET', KEYS[1], 'metrics_total') or redis.call('LLEN', KEYS[5])
  redis.call('HSET', KEYS[1], 'metrics_total', tonumber(total) + #ARGV - 9)
  redis.call('RPUSH', KEYS[5], unpack(ARGV, 10))
  redis.call('LTRIM', KEYS[5], -tonumber(ARGV[8]), -1)
  metrics_end = tonumber(ARGV[7])
end
redis.call('HSET', KEYS[2], 'end', log_end, 'head_bytes', head, 'tail_start', tail_start, 'tail_bytes', tail,
  'metrics_end', metrics_end)
redis.call('HSET', KEYS[1], 'seen_at_ms', t[1] * 1000 + math.floor(t[2] / 1000))
if ARGV[9] ~= '' then
  redis.call('HSET', KEYS[1], 'progress', ARGV[9])
end

local wish = job[3] and job[3] ~= '' and 'cancel_requested' or 'ok'
return { wish, log_end, metrics_end }
