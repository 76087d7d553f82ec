"""Messaging by Celery: the app of every process, its transport over Redis, its workers, and what its results say; the
tasks themselves are in scheduler/tasks and workers/tasks.
"""
