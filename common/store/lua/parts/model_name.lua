-- Included: take a deployment out of its model name.
--
-- A name goes with its last deployment. Of one that was deleted and may still live, the name keeps its number, and its id
-- as `leaving:<id>`: no other deployment may get that id before it is forgotten.

-- include project

local function drop_name_if_empty(model, deployments, models, projects, name)
  if redis.call('ZCARD', deployments) > 0 then
    return
  end
  redis.call('ZREM', models, name)
  redis.call('ZREM', projects, project_member(redis.call('HGET', model, 'project') or '', 'model', 0, name))
  local number, kept = redis.call('HGET', model, 'number'), {}
  for _, field in ipairs(redis.call('HKEYS', model)) do
    if string.sub(field, 1, 8) == 'leaving:' then
      kept[#kept + 1] = field
      kept[#kept + 1] = 1
    end
  end
  redis.call('DEL', model)
  if #kept > 0 then
    redis.call('HSET', model, 'number', number or 0, unpack(kept))
  end
end

local function leave_name(model, deployments, models, projects, name, id)
  redis.call('ZREM', deployments, id)
  redis.call('HDEL', model, 'again:' .. id)
  redis.call('HSET', model, 'leaving:' .. id, 1)
  drop_name_if_empty(model, deployments, models, projects, name)
end

local function forget_in_name(model, deployments, models, projects, name, id)
  redis.call('ZREM', deployments, id)
  redis.call('HDEL', model, 'again:' .. id, 'leaving:' .. id)
  drop_name_if_empty(model, deployments, models, projects, name)
end
