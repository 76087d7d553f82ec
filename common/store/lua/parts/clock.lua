-- Included: the time in milliseconds that a verb acts at: the one it was given, or Redis's own.

local function now_ms(given)
  local now = tonumber(given)
  if not now then
    local t = redis.call('TIME')
    now = t[1] * 1000 + math.floor(t[2] / 1000)
  end
  return now
end
