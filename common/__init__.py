"""What every process shares: the words of the domain, the settings, the store, all that is known of ms-swift; nothing
here decides what runs where, listens or starts.
"""
