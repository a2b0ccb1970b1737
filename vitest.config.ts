import { defineConfig } from 'vitest/config'
import { closingLine } from './test/support/closing-line.ts'

/** What starts programs and databases of its own, and kills them: these files take longest. */
const PROGRAMS = ['src/db/embedded.test.ts', 'test/server.test.ts', 'test/{bench,crash}/**/*.test.ts']

/**
 * All others, many to a process, which so loads the server once: nothing in its memory may matter anyway. A file leaves the
 * process as it found it: clocks, environment, what is global. Several groups, for what a file has made at its top stays
 * in memory until the process ends.
 */
const GROUPS = {
  pages: ['test/{journeys,pages}/**/*.test.ts'],
  races: ['test/races/**/*.test.ts', 'test/*.test.ts'],
  'src a-n': ['src/[a-n]*/**/*.test.ts'],
  'src o-z': ['src/[o-z]*/**/*.test.ts', 'src/*.test.ts', 'web/**/*.test.ts'],
}

// Bounds of what hangs, not of what is slow: a busy machine may take its time.
const bounds = { testTimeout: 60_000, hookTimeout: 60_000, expect: { poll: { timeout: 20_000 } } }

export default defineConfig({
  test: {
    // In the order of their names: what takes long begins early.
    projects: [
      { test: { ...bounds, name: 'longest', include: PROGRAMS } },
      ...Object.entries(GROUPS).map(([name, include]) => ({
        test: { ...bounds, name, include, exclude: PROGRAMS, isolate: false },
      })),
    ],
    globalSetup: 'test/support/global-setup.ts',
    reporters: ['default', closingLine],
    // Two cores, and one of them is the database's.
    maxWorkers: 2,
  },
})
