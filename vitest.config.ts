import { defineConfig } from 'vitest/config'
import { closingLine } from './test/support/closing-line.ts'

export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts', 'web/**/*.test.ts'],
    globalSetup: 'test/support/global-setup.ts',
    reporters: ['default', closingLine],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Two cores, and one of them is the database's.
    maxWorkers: 2,
  },
})
