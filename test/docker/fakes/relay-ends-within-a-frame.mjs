const READY = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 0])
process.stdout.write(READY)
process.stdin.once('data', () => process.stdout.write(Buffer.from([0, 0, 0, 1, 3, 0]), () => process.exit(0)))
