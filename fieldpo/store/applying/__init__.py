"""What a sync writes: verdicts, feeds, loads, batches that go up, cases that left."""
