sum(range(10**15))  # one call that never comes back to Python
