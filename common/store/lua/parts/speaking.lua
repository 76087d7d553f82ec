-- Included: whether a node's worker speaks for it, by the state and the heartbeat of its record.

local function speaks(state, heartbeat_at_ms, now, ttl_ms)
  return state and state ~= 'gone' and state ~= 'lost' and now - tonumber(heartbeat_at_ms) < tonumber(ttl_ms)
end
