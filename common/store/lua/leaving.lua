-- Included: what of a record only a placed job has; a job that is placed no more has none of it.

local NOT_PLACED = { 'process_id', '', 'endpoint', '', 'port', '', 'unhealthy_since_ms', '', 'stalled_since_ms', '' }
