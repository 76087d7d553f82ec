"""Forwarding, from a request to the answer of a replica: choosing one, trying another, passing the answer on; which
replicas there are is in deploy/gateway/routes.
"""
