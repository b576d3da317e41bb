import { availableParallelism } from 'node:os'
import { configDefaults, defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['{events,functions,shared,infra,test}/**/*.test.ts'],
    // Minutes each: `npm run test:long` and `npm run test:kubernetes`, which `.ci/run` calls too.
    exclude: [...configDefaults.exclude, 'test/long/**', 'test/kubernetes/**', 'test/real/**'],
    testTimeout: 30_000,
    // Stack tests wait for processes most of the time: on a small machine one more at a time uses that.
    maxWorkers: Math.max(3, availableParallelism()),
  },
})
