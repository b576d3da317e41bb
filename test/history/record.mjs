// Entry of `npm run history`.
import { requireNode } from '../../infra/require-node.mjs'

requireNode()
const { record } = await import('./record.ts')
process.stdout.write(`recorded ${await record()}\n`)
