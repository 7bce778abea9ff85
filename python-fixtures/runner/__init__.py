"""What stands between the harness and a recipe. Standard library only: it runs inside every client's
environment."""
