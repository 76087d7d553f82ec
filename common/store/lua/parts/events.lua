-- Included: write what happened to a job into its events.
--
-- KEYS: 2 events
-- ARGV: 2 events_max

local function write_event(now, kind, attempt, message)
  redis.call('XADD', KEYS[2], 'MAXLEN', '~', ARGV[2], '*', 'type', kind, 'at_ms', now, 'attempt', attempt,
    'message', message)
end
