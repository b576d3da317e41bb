// Which error branches ran, by V8's own coverage of blocks. Types are stripped in place, so offsets are those of the source.
import { Session } from 'node:inspector/promises'
import type { CodeSite } from './code-sites.ts'

export interface Coverage {
  /** Probes of the sites that have run so far; ends the counting, which is slow. */
  end(): Promise<string[]>
}

export async function coverBlocks(sites: readonly CodeSite[]): Promise<Coverage> {
  const session = new Session()
  session.connect()
  await session.post('Profiler.enable')
  await session.post('Profiler.startPreciseCoverage', { callCount: false, detailed: true })
  return {
    async end() {
      const { result } = await session.post('Profiler.takePreciseCoverage')
      await session.post('Profiler.stopPreciseCoverage')
      session.disconnect()
      return sites
        .filter(({ path, offset }) => {
          const script = result.find(({ url }) => url.endsWith(`/${path}`))
          return script !== undefined && hasRun(script.functions, offset)
        })
        .map(({ probe }) => probe)
    },
  }
}

interface Block {
  readonly startOffset: number
  readonly endOffset: number
  readonly count: number
}

/** By the smallest block around it. */
function hasRun(functions: readonly { ranges: readonly Block[] }[], offset: number): boolean {
  let innermost: Block | undefined
  for (const { ranges } of functions)
    for (const block of ranges) {
      if (offset < block.startOffset || offset >= block.endOffset) continue
      const size = block.endOffset - block.startOffset
      if (!innermost || size <= innermost.endOffset - innermost.startOffset) innermost = block
    }
  return innermost !== undefined && innermost.count > 0
}
