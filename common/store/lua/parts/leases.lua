-- Taking and freeing leases; scripts include this file.
--
-- The value of a GPU's or a port's field is its holder, `<job id>:<attempt>`. A GPU that is shared has
-- `<job id>:<attempt>=<MiB>` for each of its holders, with commas between.

-- include places

local function gpu_field(node, gpu)
  return node .. '/' .. gpu
end

local function port_field(node, port)
  return node .. '/port:' .. port
end

-- Whether a GPU can be taken whole (share 0), or that many MiB of it besides what is taken.
local function has_room(leases, field, share, total)
  local value = redis.call('HGET', leases, field)
  if not value then
    return share <= total or share == 0
  end
  if share == 0 or not string.find(value, '=', 1, true) then
    return false
  end
  local taken = 0
  for mib in string.gmatch(value, '=(%d+)') do
    taken = taken + tonumber(mib)
  end
  return taken + share <= total
end

local function take_gpu(leases, field, holder, share)
  if share == 0 then
    redis.call('HSET', leases, field, holder)
    return
  end
  local value = redis.call('HGET', leases, field)
  redis.call('HSET', leases, field, (value and value .. ',' or '') .. holder .. '=' .. share)
end

local function free_gpu(leases, field, holder)
  local value = redis.call('HGET', leases, field)
  if value == holder then
    redis.call('HDEL', leases, field)
  elseif value then
    local kept = {}
    for share in string.gmatch(value, '[^,]+') do
      if string.sub(share, 1, #holder + 1) ~= holder .. '=' then
        kept[#kept + 1] = share
      end
    end
    if #kept == 0 then
      redis.call('HDEL', leases, field)
    else
      redis.call('HSET', leases, field, table.concat(kept, ','))
    end
  end
end

-- What a job has of these nodes; its port is one of the first.
local function free_leases(leases, nodes, gpu_ids, port, holder)
  each_gpu(nodes, gpu_ids, function(node, gpu)
    free_gpu(leases, gpu_field(node, gpu), holder)
  end)
  if port and port ~= '' then
    local field = port_field(first_node(nodes), port)
    if redis.call('HGET', leases, field) == holder then
      redis.call('HDEL', leases, field)
    end
  end
end
