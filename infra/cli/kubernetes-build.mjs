// Entry of `npm run kubernetes:build`.
import { requireNode } from '../require-node.mjs'

requireNode()
const { kubernetesBuild } = await import('./kubernetes-build.ts')
process.exitCode = await kubernetesBuild(process.argv.slice(2))
