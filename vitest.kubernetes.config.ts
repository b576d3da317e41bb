import { defineConfig } from 'vitest/config'

// What runs on real control planes: `npm run test:kubernetes`, which `.ci/run` calls too. One file at a time: each has a
// machine's worth of processes.
export default defineConfig({
  test: {
    include: ['test/kubernetes/{drills,external}.test.ts', 'test/stack/wire.test.ts'],
    env: { KINDLING_KUBERNETES: 'managed' },
    testTimeout: 120_000,
    hookTimeout: 120_000,
    maxWorkers: 1,
  },
})
