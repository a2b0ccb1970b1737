import { defineConfig } from 'vitest/config'
import { closingLine } from './test/support/closing-line.ts'

const timeouts = { testTimeout: 30_000, hookTimeout: 60_000 }
/** What mostly waits for programs that it starts, and kills: these tests take longest. */
const PROGRAMS = ['src/db/embedded.test.ts', 'test/server.test.ts', 'test/{bench,crash}/**/*.test.ts']

export default defineConfig({
  test: {
    // One after the other, in the order of their names.
    projects: [
      { test: { ...timeouts, name: 'programs', include: PROGRAMS } },
      {
        test: {
          ...timeouts,
          name: 'server',
          include: ['src/**/*.test.ts', 'test/**/*.test.ts', 'web/**/*.test.ts'],
          exclude: PROGRAMS,
          // Many files in one process, which loads the server once: nothing in its memory may matter anyway. A file leaves
          // the process as it found it: clocks, settings of the environment, what is global.
          isolate: false,
        },
      },
    ],
    globalSetup: 'test/support/global-setup.ts',
    reporters: ['default', closingLine],
    // Two cores, and one of them is the database's.
    maxWorkers: 2,
  },
})
