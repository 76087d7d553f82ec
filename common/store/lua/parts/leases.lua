-- Taking and freeing leases; scripts include this file.
--
-- The value of a GPU's or a port's field is its holder, `<job id>:<attempt>`. A GPU that is shared has
-- `<job id>:<attempt>=<MiB>` for each of its holders, with commas between.

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

local function free_leases(leases, node, gpu_ids, port, holder)
  for gpu in string.gmatch(gpu_ids or '', '[^,]+') do
    free_gpu(leases, gpu_field(node, gpu), holder)
  end
  if port and port ~= '' and redis.call('HGET', leases, port_field(node, port)) == holder then
    redis.call('HDEL', leases, port_field(node, port))
  end
end
