"""Upkeep of the store that several processes do in the same way: walking all jobs, knowing whose files are in use,
forgetting, taking turns at it; each single step is a verb of common/store, and when it is time others decide.
"""
