import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['{events,functions,shared,infra,test}/**/*.test.ts'],
    testTimeout: 30_000,
  },
})
