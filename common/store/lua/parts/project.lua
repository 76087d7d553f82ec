-- Included: where a thing stands in the index by project; in Python project_index.project_member.

local function project_member(project, kind, number, id)
  return string.format('%s:%s:%016d:%s', project == '' and 'default' or project, kind, number, id)
end
