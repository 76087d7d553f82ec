"""Serving a model on this node: the process of one server, and whether it answers as what it should be; starting one
after the other is in workers/lives/serving.
"""
