// Entry of `npm run bundle`.
import { requireNode } from './require-node.mjs'

requireNode()
const { bundle } = await import('./cli/bundle.ts')
process.exitCode = await bundle(process.argv.slice(2))
