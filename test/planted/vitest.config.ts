// Tests of the repository with one bug planted, named by the environment: what the simulation cannot show within its seeds,
// a test of a rule does.
import { defineConfig } from 'vitest/config'
import { plantedBugs } from './all-bugs.ts'
import { edited, fileOf } from './plant.ts'

const name = process.env['KINDLING_PLANTED_BUG']
const bug = plantedBugs.find((each) => each.name === name)
if (!bug) throw new Error(`no bug "${name}" is planted`)

export default defineConfig({
  // What is kept of one run is of the sources with that run's bug.
  cacheDir: process.env['KINDLING_PLANTED_CACHE'],
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 60_000,
    maxWorkers: 1,
    bail: 1,
    fsModuleCache: false,
  },
  plugins: [
    {
      name: 'planted bug',
      enforce: 'pre',
      transform: (code, id) =>
        bug.edits.filter(({ file }) => id === fileOf(file)).reduce(edited, code),
    },
  ],
})
