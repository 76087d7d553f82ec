"""What is left when processes are killed, stopped or cut off from each other."""
