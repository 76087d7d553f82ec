"""The workers: all that runs on a GPU node: follows its jobs, starts ms-swift, proves its end; places nothing."""
