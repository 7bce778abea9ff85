process.stderr.write('Traceback:\nSyntaxError: invalid syntax\n', () => process.exit(1))
