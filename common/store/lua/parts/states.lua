-- Included: the states of common/states.py, by where in its life a job is. What is no state is in none of them.

local WAITING = { pending = true, queued = true }
local PLACED = { assigned = true, starting = true, running = true }
local FINAL = { completed = true, failed = true, cancelled = true, stopped = true }
