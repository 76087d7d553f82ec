"""The watchdog: notices that a training makes no step any more, tells it, and ends it where that is wanted; servers are
watched in workers/lives/server.
"""
