"""Two servers, one loop: a verified copy of each neighbour's record, and what crosses the border."""
