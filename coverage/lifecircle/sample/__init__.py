"""A synthetic Nanjing: real names and census totals, invented borders, streets, homes and facilities."""

from lifecircle.sample.scale import FULL, SMALL, Scale
from lifecircle.sample.write import STEPS, write_sample, write_sample_years

__all__ = ["FULL", "SMALL", "STEPS", "Scale", "write_sample", "write_sample_years"]
