const READY = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 0])
process.stdout.write(READY)
process.stdin.resume()
