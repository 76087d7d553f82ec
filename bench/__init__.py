"""Benchmarks, run by `python -m bench [name ...]`: what a pass, the gateway, retention and slow clients cost, and how
long things take; what has to hold is in tests/.
"""
