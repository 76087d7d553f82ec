"""Who asks the gateway: API keys, kept for a few seconds, and how many wrong ones an address may send."""
