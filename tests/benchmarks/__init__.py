"""What things cost: run `python -m tests.benchmarks`; pytest does not collect these."""
