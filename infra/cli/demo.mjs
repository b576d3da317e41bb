// Entry of `npm run demo`.
import { requireNode } from '../require-node.mjs'

requireNode()
const { demo } = await import('./demo.ts')
process.exitCode = await demo(process.argv.slice(2))
