"""Messaging by Celery: the app of every process, its transport, its workers, and what its results say."""
