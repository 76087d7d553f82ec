"""What is shipped: wheels, images, compose files, pins."""
