-- Included: the places of a job as its record has them, in `node`, `boot_id`, `instance` and `gpu_ids`. Of a job on several
-- nodes each of these has the same number of parts, with `;` between; the first node speaks for it.

local function parts_of(text)
  local parts = {}
  for part in string.gmatch((text or '') .. ';', '([^;]*);') do
    parts[#parts + 1] = part
  end
  return parts
end

local function first_node(nodes)
  return string.match(nodes, '^[^;]*')
end

-- Calls `visit(node, gpu)` for each GPU of these nodes.
local function each_gpu(nodes, gpu_ids, visit)
  local gpus = parts_of(gpu_ids)
  for place, node in ipairs(parts_of(nodes)) do
    for gpu in string.gmatch(gpus[place] or '', '[^,]+') do
      visit(node, gpu)
    end
  end
end
