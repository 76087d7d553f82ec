-- Add what a follower read since its last report: log bytes, metric records, the newest progress.
-- Both streams are fenced by byte offset, so that a report that is repeated, or made by a second follower after a
-- crash, adds each byte and each record exactly once. What is read counts, whether or not there is a record in it.
--
-- KEYS: 1 job, 2 log, 3 log head, 4 log tail, 5 metrics
-- ARGV: 1 attempt, 2 log_from, 3 how many bytes from there on are left out, 4 log chunk behind them, 5 log_file_at,
--       6 head_max, 7 tail_max, 8 metrics_from, 9 metrics_to, 10 metrics_file_at, 11 metrics_max,
--       12 progress (JSON) or '', then the metric records (JSON)
-- Returns {word, log_end, log_file_at, metrics_end, metrics_file_at}; word: 'ok', 'cancel_requested', 'missing',
-- 'stale_attempt' or 'moved_on'. The ends are where the follower has to read on; where the present files begin is what
-- it said itself.

-- Typed out, without parts: every follower calls it several times a second, and each part costs it microseconds.
local job = redis.call('HMGET', KEYS[1], 'state', 'attempt', 'cancel_requested_at_ms')
if not job[1] then
  return { 'missing', 0, 0, 0, 0 }
end
if job[2] ~= ARGV[1] then
  return { 'stale_attempt', 0, 0, 0, 0 }
end
if job[1] ~= 'assigned' and job[1] ~= 'starting' and job[1] ~= 'running' then
  return { 'moved_on', 0, 0, 0, 0 }
end

local t = redis.call('TIME')
local seen = redis.call('HMGET', KEYS[2], 'end', 'head_bytes', 'tail_start', 'tail_bytes', 'metrics_end', 'log_file_at',
  'metrics_file_at')
for place = 1, 7 do
  seen[place] = tonumber(seen[place] or 0)
end
local log_end, head, tail_start, tail, metrics_end, log_file_at, metrics_file_at = unpack(seen)

local chunk, left_out = ARGV[4], tonumber(ARGV[3])
if tonumber(ARGV[2]) == log_end then
  log_file_at = tonumber(ARGV[5])
  if left_out > 0 then
    redis.call('DEL', KEYS[4])
    tail, log_end = 0, log_end + left_out
  end
  -- The head goes on only while nothing is missing behind it.
  local room = log_end == head and math.max(0, math.min(#chunk, tonumber(ARGV[6]) - head)) or 0
  if room > 0 then
    head = redis.call('APPEND', KEYS[3], string.sub(chunk, 1, room))
  end
  if room < #chunk then
    if tail == 0 then
      tail_start = log_end + room
    end
    redis.call('RPUSH', KEYS[4], string.sub(chunk, room + 1))
    tail = tail + #chunk - room
    while tail > tonumber(ARGV[7]) do
      local gone = #redis.call('LPOP', KEYS[4])
      tail, tail_start = tail - gone, tail_start + gone
    end
  end
  log_end = log_end + #chunk
end

if tonumber(ARGV[8]) == metrics_end then
  metrics_end, metrics_file_at = math.max(metrics_end, tonumber(ARGV[9])), tonumber(ARGV[10])
  if #ARGV > 12 then
    -- How many there ever were: an index then names the same record however often the list is trimmed.
    local total = redis.call('HGET', KEYS[1], 'metrics_total') or redis.call('LLEN', KEYS[5])
    redis.call('HSET', KEYS[1], 'metrics_total', tonumber(total) + #ARGV - 12)
    for first = 13, #ARGV, 1000 do -- Lua takes no more than 8,000 arguments at once
      redis.call('RPUSH', KEYS[5], unpack(ARGV, first, math.min(first + 999, #ARGV)))
    end
    redis.call('LTRIM', KEYS[5], -tonumber(ARGV[11]), -1)
  end
end
redis.call('HSET', KEYS[2], 'end', log_end, 'head_bytes', head, 'tail_start', tail_start, 'tail_bytes', tail,
  'metrics_end', metrics_end, 'log_file_at', log_file_at, 'metrics_file_at', metrics_file_at)
redis.call('HSET', KEYS[1], 'seen_at_ms', t[1] * 1000 + math.floor(t[2] / 1000))
if ARGV[12] ~= '' then
  redis.call('HSET', KEYS[1], 'progress', ARGV[12])
end

local wish = job[3] and job[3] ~= '' and 'cancel_requested' or 'ok'
return { wish, log_end, log_file_at, metrics_end, metrics_file_at }
