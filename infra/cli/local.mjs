// Entry of `npm run local`.
import { requireNode } from '../require-node.mjs'

requireNode()
const { local } = await import('./local.ts')
process.exitCode = await local(process.argv.slice(2))
