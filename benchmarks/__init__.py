"""What fieldpo's speed is, as ratios against a peer measured in the same run: `python -m benchmarks [NAME …]`.

One file a benchmark, each with `run() -> Result`. Not part of the package; may import every room and the tests.
"""
