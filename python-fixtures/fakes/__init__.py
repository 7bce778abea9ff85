"""Misbehaviour for the tests: a family without a server, and recipes that do what no recipe should."""
