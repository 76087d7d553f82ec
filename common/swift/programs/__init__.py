"""Programs that run in the interpreter of ms-swift, from their files; nothing of this service is needed by them, but
for the launcher of servers, which takes common/asked_media along.
"""
