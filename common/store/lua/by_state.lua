-- Included: move a job in the index by state. One that was deleted is in none of the indexes that people read.

local function move_state(job, by_state, from, to, sequence, id)
  redis.call('ZREM', by_state, string.format('%s:%016d:%s', from, sequence, id))
  if (redis.call('HGET', job, 'deleted_at_ms') or '') == '' then
    redis.call('ZADD', by_state, 0, string.format('%s:%016d:%s', to, sequence, id))
  end
end
