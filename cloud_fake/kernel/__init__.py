"""The kernel: the gate every operation passes, the clock, the faults, the timeline, the world."""
