"""The runner: the detached parent of one phase's ms-swift processes; standard library only, no Redis, no secret of
ours.
"""
