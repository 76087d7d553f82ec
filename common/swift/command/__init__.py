"""The command lines of ms-swift: a job's spec in, argv out; pure functions, for the node and for a dry run, which start
nothing.
"""
