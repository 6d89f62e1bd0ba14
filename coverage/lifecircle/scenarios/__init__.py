"""What if: changes that a planner thinks of, applied to what a study's files hold, and whom they help or hurt."""
