"""The edge (middleware): everything around a request, before an endpoint sees it and after it answered; nothing of jobs
or models.
"""
