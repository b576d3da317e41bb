// Protocol rule 6, seen from outside: who has written what an entity says, or was refused, ends only once a look at it asks for
// nothing to be written. Looked at where nobody else is at work, nobody has died with a look before him, and the store has
// answered everybody: who got no answer comes again, or the sweep does.
import type { HostKnobs } from '../../infra/local/stack/functions-host.ts'
import type { InProcessStack } from '../../infra/local/stack/in-process.ts'
import { around, type Call } from '../../shared/around.ts'
import { decide } from '../../shared/domain/decide.ts'
import { entityRef } from '../../shared/domain/paths.ts'
import { readMoment } from '../../shared/runtime/moment.ts'

type Process = NonNullable<HostKnobs['process']>

export interface QuietWatch {
  /** Around that of the functions host. */
  around(process: Process): Process
  /** What is wrong. */
  readonly found: ReadonlySet<string>
}

export function watchQuiet(stack: () => InProcessStack): QuietWatch {
  const found = new Set<string>()
  let atWork = 0
  let hasFailed = false

  async function look(name: string, path: string): Promise<void> {
    const moment = await readMoment(stack().store, path)
    const { status, settle } = moment ? decide(moment.situation) : {}
    // Whether the goal is reached may be left to the report on pods that a step has brought.
    if (status && !settle)
      found.add(`rule 6: ${name} ended, and ${path} is not said to be ${JSON.stringify(status)}`)
  }

  return {
    found,
    around: (process) => async (name, run) => {
      const written = new Set<string>()
      atWork++
      try {
        await process(name, (world) => {
          const store = around('store', world.store, async (call, proceed) => {
            for (const path of entitiesIn(call)) written.add(path)
            try {
              return await proceed()
            } catch (error) {
              hasFailed = true
              throw error
            }
          })
          return run({ ...world, store })
        })
      } catch (error) {
        hasFailed = true
        throw error
      } finally {
        atWork--
      }
      if (atWork > 0 || hasFailed) return
      for (const path of written) await look(name, path)
    },
  }
}

interface WriteLike {
  readonly path?: string
  readonly from?: { readonly path: string }
}

/** Entities whose documents a commit writes. */
function entitiesIn({ method, args }: Call): string[] {
  if (method !== 'commit') return []
  const [writes] = args as [readonly WriteLike[]]
  return writes
    .map(({ path, from }) => path ?? from?.path ?? '')
    .filter((path) => entityRef(path) !== undefined)
}
