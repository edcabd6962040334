"""The campaign of faults: whatever fails, nothing is missing (`make faults`)."""
