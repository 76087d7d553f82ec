"""A fake Kubernetes API server, with as much of the real one's behaviour as a deployment meets.

What it answers was taken from a real kube-apiserver; the tests that use it run against that one, too.
"""
