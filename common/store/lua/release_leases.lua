-- Free the leases that were kept when jobs were ended by force, and ring the scheduler. The caller has proof that nothing
-- of these attempts runs on the node of the entry, or that node was declared lost.
--
-- KEYS: 1 leases, 2 kept, 3 bell
-- ARGV: the names of entries in `kept` (common/leases.py)
-- Returns how many of them were there.

-- include bell
-- include leases

local released = 0
for _, name in ipairs(ARGV) do
  local kept = redis.call('HGET', KEYS[2], name)
  if kept then
    local of = cjson.decode(kept)
    free_leases(KEYS[1], of.node, of.gpu_ids, of.port, string.match(name, '^[^/]*'))
    redis.call('HDEL', KEYS[2], name)
    released = released + 1
  end
end
if released > 0 then
  ring(KEYS[3], ARGV[1])
end
return released
