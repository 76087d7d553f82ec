-- Read metric records by index. An index names the same record for ever, however often the list is trimmed.
--
-- KEYS: 1 job, 2 metrics
-- ARGV: 1 index of the first wanted, 2 how many
-- Returns {start, first, total, records}: the index of the first one returned, of the oldest one kept, and how many
-- there ever were.

local kept = redis.call('LLEN', KEYS[2])
local total = tonumber(redis.call('HGET', KEYS[1], 'metrics_total') or kept)
local first = total - kept
local start = math.min(math.max(tonumber(ARGV[1]), first), total)
local records = redis.call('LRANGE', KEYS[2], start - first, start - first + tonumber(ARGV[2]) - 1)
return { start, first, total, records }
