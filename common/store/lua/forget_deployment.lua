-- Take a deployment out of its model name for good; the name goes with its last deployment.
--
-- KEYS: 1 model, 2 its deployments, 3 models, 4 projects
-- ARGV: 1 name, 2 job id
-- Returns 'ok'.

-- include model_name

forget_in_name(KEYS[1], KEYS[2], KEYS[3], KEYS[4], ARGV[1], ARGV[2])
return 'ok'
