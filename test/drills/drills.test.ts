// Every drill, in one process on a virtual clock.
import { afterEach, expect, test } from 'vitest'
import { minutes } from '../../shared/domain/time.ts'
import { type Loop, startLoop } from '../loop/fixture.ts'
import { type DrillSite, runDrill } from './drill.ts'
import { drills } from './drills.ts'

/** Longer than the launch limit and everything that may come before and after it. */
const LIMIT = minutes(180)

let loop: Loop | undefined
afterEach(() => loop?.stop())

test.each(drills)('$name', async (drill) => {
  const { stack, clock, ...rest } = await startLoop()
  loop = { stack, clock, ...rest }
  const entity: DrillSite['entity'] = (path) => rest.entity(path)
  const until = (what: string, has: () => Promise<boolean>, limitMs = LIMIT): Promise<void> =>
    clock.until(what, has, limitMs)
  const site: DrillSite = { stack, entity, until, workspace: 'drill' }
  await expect(runDrill(site, drill)).resolves.toBeUndefined()
})
