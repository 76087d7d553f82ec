"""The parts of an export by hand: whether it can end well here, where it reads and writes, its processes; their order
is in workers/lives/exporting.
"""
