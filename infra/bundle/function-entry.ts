// The first lines of a bundled function: registers it, and listens where Cloud Run says when it is the program that was
// started. Imported by another program it only hands over its server.

/** Source text, to be resolved in the repository's root. */
export function functionEntry(name: string): string {
  return `
import './functions/${name}/index.ts'
import { serverOf } from './shared/clients/functions-framework.ts'
import { environmentConfig } from './shared/runtime/config.ts'
import { processCounts } from './shared/runtime/function.ts'

export const counts = processCounts
export const server = await serverOf('${name}')
if (import.meta.main) server.listen(environmentConfig().listen)
`
}
