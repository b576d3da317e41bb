import { defineConfig } from 'vitest/config'

// On real control planes, what needs a machine that does nothing else: `npm run test:kubernetes:all`.
export default defineConfig({
  test: {
    include: [
      'test/kubernetes/**/*.test.ts',
      'test/stack/**/*.test.ts',
      'test/long/drills.test.ts',
    ],
    env: { KINDLING_KUBERNETES: 'managed' },
    testTimeout: 120_000,
    hookTimeout: 120_000,
    maxWorkers: 1,
  },
})
