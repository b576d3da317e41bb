// Entry of `npm run contract`.
import { requireNode } from '../require-node.mjs'

requireNode()
const { contract } = await import('./contract.ts')
process.exitCode = await contract(process.argv.slice(2))
