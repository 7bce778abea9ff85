import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Real servers, interpreters and browsers on two processors.
    testTimeout: 120_000,
    hookTimeout: 300_000,
    maxWorkers: 2,
    // One line at the end in the form that continuous integration reads.
    reporters: ['default', './test/closing-line.ts'],
  },
})
