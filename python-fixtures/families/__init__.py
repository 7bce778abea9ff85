"""One file for each driver or ORM: how it connects, and what a recipe finds in scope.

A module has `SCOPE` (a literal tuple of the names beside `value`) and `load(driver) -> Family`
(runner/sessions.py).
"""
