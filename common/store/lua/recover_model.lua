-- Register a deployment that was recovered with its model name again, as far as the name has forgotten it. Which version
-- answers and which is wanted is what its node read last, unless a user decided since, or a node read it later.
--
-- KEYS: 1 model, 2 its deployments, 3 models, 4 bell of the deployer, 5 job, 6 projects
-- ARGV: 1 name, 2 version, 3 id, 4 when the node read the model (ms), then the model as it was then as name, value, ...
-- Returns 'ok' or 'missing' (it was deleted).

-- include bell
-- include project

local name, version, id, read_at = ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4])
local disk = {}
for i = 5, #ARGV, 2 do
  disk[ARGV[i]] = ARGV[i + 1]
end
local model = redis.call('HMGET', KEYS[1], 'number', 'wanted', 'active', 'recovered_from_ms')
local job = redis.call('HMGET', KEYS[5], 'state', 'deleted_at_ms')
if not job[1] then
  return 'missing'
end
if (job[2] or '') ~= '' then
  -- Its name is not brought back by it; but its number is not given again while something of it may live.
  local number = tonumber(disk['version:' .. version] or 1)
  redis.call('HSET', KEYS[1], 'number', math.max(tonumber(model[1] or 0), number), 'leaving:' .. id, 1)
  return 'missing'
end
local is_registered = redis.call('ZSCORE', KEYS[2], id)
if is_registered and (not model[4] or tonumber(model[4]) >= read_at) then
  return 'ok'
end

local number = tonumber(disk['version:' .. version] or 1)
redis.call('ZADD', KEYS[3], 0, name)
redis.call('HSETNX', KEYS[1], 'project', disk.project or 'default')
redis.call('ZADD', KEYS[6], 0, project_member(redis.call('HGET', KEYS[1], 'project'), 'model', 0, name))
redis.call('ZADD', KEYS[2], number, id)
for field, value in pairs(disk) do
  if string.sub(field, 1, 8) == 'version:' then
    redis.call('HSETNX', KEYS[1], field, value)
  end
end
redis.call('HSETNX', KEYS[1], 'version:' .. version, number)
redis.call('HSET', KEYS[1], 'number', math.max(tonumber(model[1] or 0), tonumber(disk.number or 0), number))
local is_new = not model[2] and not model[3]
if is_new or (model[4] and read_at > tonumber(model[4])) then
  redis.call('HSET', KEYS[1], 'wanted', disk.wanted or version, 'active', disk.active or '', 'previous',
    disk.previous or '', 'changed_at_ms', disk.changed_at_ms or read_at, 'recovered_from_ms', read_at)
end
ring(KEYS[4], id)
return 'ok'
