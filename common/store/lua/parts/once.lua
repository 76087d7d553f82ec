-- Wrapped around every script that Scripts.call sends: a call that is made twice because its answer was lost is done
-- once, and answered as the first time. (redis-py sends a command again when the connection breaks.)
--
-- KEYS: those of the script, then where its answer is kept
-- ARGV: those of the script, then keep_ms

local answer_key, keep_ms = KEYS[#KEYS], ARGV[#ARGV]
KEYS[#KEYS], ARGV[#ARGV] = nil, nil
local known = redis.call('GET', answer_key)
if known then
  return cjson.decode(known)[1]
end
local answer = verb()
redis.call('SET', answer_key, cjson.encode({ answer }), 'PX', keep_ms)
return answer
