"""Deployments on our own nodes: their lives, versions, keys and ports."""
