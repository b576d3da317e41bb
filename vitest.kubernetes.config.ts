import { defineConfig } from 'vitest/config'

// What runs on real control planes: `npm run test:kubernetes`, which `.ci/run` calls too. One file at a time: each has a
// machine's worth of processes. With KINDLING_EVERYTHING set, also what takes a machine that does nothing else.
const always = ['test/kubernetes/{drills,external}.test.ts', 'test/stack/wire.test.ts']
const everything = [
  'test/kubernetes/**/*.test.ts',
  'test/stack/{wire,kills,tripled,functions-process,bad-endpoints}.test.ts',
  'test/long/drills.test.ts',
]

export default defineConfig({
  test: {
    include: process.env['KINDLING_EVERYTHING'] ? everything : always,
    env: { KINDLING_KUBERNETES: 'managed' },
    testTimeout: 120_000,
    hookTimeout: 120_000,
    maxWorkers: 1,
  },
})
