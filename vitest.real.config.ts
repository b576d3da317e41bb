import { defineConfig } from 'vitest/config'

// On a real control plane, whose programs `npm run kubernetes:build` brings: `npm run contract -- --real`.
export default defineConfig({
  test: { include: ['test/real/**/*.test.ts'], testTimeout: 60_000, hookTimeout: 120_000 },
})
