-- Included: take a job along one arrow of the state chart, with all the book-keeping that belongs to it. Nothing else
-- writes a state or the outbox, or puts a job into an index by state (who forgets one takes it out).
--
-- Whatever includes it has these first, and what it needs besides behind them (in Python: keys.of(job_id).arrow):
-- KEYS: 1 job, 2 events, 3 by_state, 4 waiting, 5 placed, 6 ended, 7 transitions
-- ARGV: 1 now_ms or '', 2 events_max

-- include clock
-- include record
-- include events
-- include places
-- include queue

-- Of all jobs; about five for each. Who reads them (common/store/outbox.py) is behind by seconds.
local TRANSITIONS_MAX = 100000
-- What of a record only a placed job has.
local NOT_PLACED = { 'process_id', '', 'endpoint', '', 'port', '', 'unhealthy_since_ms', '', 'stalled_since_ms', '' }

-- The record as far as an arrow needs it, and the fields that are named besides.
local function read_job(...)
  return read_record('id', 'state', 'sequence', 'attempt', 'priority', 'held', 'task_id', 'node', 'reason',
    'revision', 'deleted_at_ms', ...)
end

local function append(list, more)
  for _, value in ipairs(more) do
    list[#list + 1] = value
  end
end

-- One that was deleted is in none of the indexes that people read.
local function index_state(job, from)
  local place = string.format(':%016d:%s', job.sequence, job.id)
  if from ~= '' then
    redis.call('ZREM', KEYS[3], from .. place)
  end
  if job.deleted_at_ms == '' then
    redis.call('ZADD', KEYS[3], 0, job.state .. place)
  end
end

-- A job is in one of these: it waits (in no queue while it is held), is placed, or has ended.
local function index_life(job, from)
  local to = job.state
  if WAITING[to] and tostring(job.held) ~= '1' then
    redis.call('ZADD', KEYS[4], queue_score(job.priority, job.sequence), job.id)
  elseif WAITING[from] then
    redis.call('ZREM', KEYS[4], job.id)
  end
  if PLACED[to] and not PLACED[from] then
    redis.call('SADD', KEYS[5], job.id)
  elseif PLACED[from] and not PLACED[to] then
    redis.call('SREM', KEYS[5], job.id)
  end
  if FINAL[to] then
    redis.call('ZADD', KEYS[6], job.ended_at_ms, job.id)
  elseif FINAL[from] then
    redis.call('ZREM', KEYS[6], job.id)
  end
end

-- The message of an end is what the record says of it: one that is recovered tells in its event only that it was.
local function tell_outbox(job, from, verb, now, message)
  redis.call('XADD', KEYS[7], 'MAXLEN', '~', TRANSITIONS_MAX, '*', 'job_id', job.id, 'task_id', job.task_id,
    'type', verb, 'from', from, 'to', job.state, 'attempt', job.attempt, 'node', first_node(job.node),
    'reason', job.reason, 'message', FINAL[job.state] and job.message or message, 'at_ms', now)
end

-- `job` is what read_job returned, `fields` what is written into the record with its new state: name, value, ... A final
-- state needs ended_at_ms and message among them. `job` then tells what the record does.
local function move_job(job, verb, to, now, message, fields)
  local from = job.state
  if PLACED[from] and not PLACED[to] then
    append(fields, NOT_PLACED)
  end
  for place = 1, #fields, 2 do
    job[fields[place]] = fields[place + 1]
  end
  job.state, job.revision = to, (tonumber(job.revision) or 0) + 1
  append(fields, { 'state', to, 'revision', job.revision })
  redis.call('HSET', KEYS[1], unpack(fields))
  index_state(job, from)
  index_life(job, from)
  write_event(now, verb, job.attempt, message)
  tell_outbox(job, from, verb, now, message)
end
