"""The engine of an attempt, whatever its job is: start its phases, ship what they write, prove and report its end; what
differs from kind to kind is in workers/lives.
"""
