"""The life of each kind of job on its node: train and merge, export, serve; what all have in common is in
workers/attempts.
"""
