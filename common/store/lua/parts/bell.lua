-- Included: wake whoever waits at a bell. Rung often before it is heard, it is heard once.

local function ring(bell, who)
  redis.call('LPUSH', bell, who)
  redis.call('LTRIM', bell, 0, 0)
end
