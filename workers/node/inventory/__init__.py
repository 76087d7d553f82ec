"""The inventory of GPUs: which this node has, by NVML, or CPU slots that stand in for them; who holds them, the leases
in the store say.
"""
