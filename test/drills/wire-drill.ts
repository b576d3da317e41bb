// A drill on the stack on the wire, beside others in one stack: each has a workspace of its own.
import type { WireSite } from '../stack/wire-site.ts'
import { type Drill, runDrill } from './drill.ts'

/** `limitMs`: for whatever the drill waits for. Rejects with what did not come about. */
export function drillOnWire(
  site: WireSite,
  drill: Drill,
  workspace: string,
  limitMs: number,
): Promise<void> {
  return runDrill(
    {
      stack: site.stack,
      entity: (path) => site.entity(path),
      async until(what, has) {
        await site.until(what, async () => (await has()) || undefined, limitMs)
      },
      workspace,
    },
    drill,
  )
}
