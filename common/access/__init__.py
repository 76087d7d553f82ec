"""Access control: who asks, and from where, by keys, addresses and the web pages of other origins; refusing is the
API's and the gateway's.
"""
