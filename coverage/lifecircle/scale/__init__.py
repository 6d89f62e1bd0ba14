"""Many tiles or many studies: the same results, computed piece by piece on one machine or on a cluster."""
