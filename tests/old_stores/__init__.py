"""What stores of earlier versions held, so that tests can show that the present code reads and migrates them."""
