// Entry of `npm run generate`.
import { requireNode } from './require-node.mjs'

requireNode()
const { writeGenerated } = await import('./generate.ts')
for (const path of writeGenerated()) console.log(path)
