"""Authentication of callers: who asks the gateway, by API keys that are kept for a few seconds, and how many wrong ones
an address may send; what a key may do is in common/access.
"""
