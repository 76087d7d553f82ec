"""Quick reading of JSON lines that look like some which were judged one by one; judging itself is in records."""
