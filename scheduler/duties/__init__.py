"""What is done in the background beside placing: nothing here decides what starts."""
