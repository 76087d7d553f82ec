"""What every process shares: the words of the domain and the settings; nothing here decides, listens or starts."""
