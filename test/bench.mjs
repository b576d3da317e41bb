// Entry of `npm run bench`.
import { requireNode } from '../infra/require-node.mjs'

requireNode()
const { bench } = await import('./bench/command.ts')
process.exitCode = await bench(process.argv.slice(2))
