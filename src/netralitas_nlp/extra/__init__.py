"""Doors for those who need them: Spark, notebooks."""
