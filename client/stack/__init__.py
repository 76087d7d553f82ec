"""The local stack: the whole service on one machine, for `swt up`, and `swt migrate`: an embedded Redis and supervised
processes; what these processes do is in packages of their own.
"""
