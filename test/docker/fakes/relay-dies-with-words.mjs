const READY = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 0])
process.stdout.write(READY)
process.stdin.once('data', () => {
  process.stderr.write('a line before\nrelay: no frame of the harness\n', () => process.exit(2))
})
