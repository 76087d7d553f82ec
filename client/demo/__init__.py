"""The demonstration: a tiny model, a tiny data set and the job that makes the one learn the other; the service around
it is a local stack (client/stack).
"""
