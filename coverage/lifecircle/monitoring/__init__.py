"""What changed from one run to the next, why, and whether the plan is on course."""
