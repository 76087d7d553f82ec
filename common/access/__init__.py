"""Who asks, and from where: keys, addresses and the web pages of other origins."""
