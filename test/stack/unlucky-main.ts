// A program in place of the functions host that finds its port taken the first time, and none the second. The file of
// KINDLING_TEST_MARK tells the times apart.
import { existsSync, writeFileSync } from 'node:fs'

const mark = process.env['KINDLING_TEST_MARK'] ?? ''
if (existsSync(mark)) {
  await import('./functions-stand-in.ts')
} else {
  writeFileSync(mark, '')
  throw new Error('listen EADDRINUSE: address already in use')
}
