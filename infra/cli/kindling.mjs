#!/usr/bin/env node
// Entry of `npm run kindling`, and of the command of that name.
import { requireNode } from '../require-node.mjs'

requireNode()
const { kindling } = await import('./kindling.ts')
process.exitCode = await kindling(process.argv.slice(2))
