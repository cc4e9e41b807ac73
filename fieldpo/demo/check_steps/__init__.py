"""The main job in steps, each a function of the trial that returns what it saw and raises `Failed` where that is wrong.

`fieldpo.demo.check` runs them in order. `writing` is the officer's program that is killed, a process of its own.
"""
