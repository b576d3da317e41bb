// Entry of `npm run simulate`.
import { requireNode } from '../infra/require-node.mjs'

requireNode()
const { simulate } = await import('./simulation/command.ts')
process.exitCode = await simulate(process.argv.slice(2))
