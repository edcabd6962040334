"""A demonstration world: people, rooms and a year of conversations, the same every time.

Written past the actions, in bulk, but in the very state in which they would have left it.
"""
