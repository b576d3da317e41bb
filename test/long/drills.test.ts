// The drills that are short enough, on the stack on the wire: the production clients tell what the simulated cloud refuses,
// one drill after another in one stack.
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { drills } from '../drills/drills.ts'
import { emulatorsMissing } from '../stack/emulators-missing.ts'
import { drillOnWire } from '../drills/wire-drill.ts'
import { openWireSite, type WireSite } from '../stack/wire-site.ts'

const missing = await emulatorsMissing()
/** Time that one drill may take on a machine that does much else (ms). */
const LIMIT = 120_000

describe.runIf(missing === undefined)('on the wire', () => {
  let site: WireSite
  let serial = 0
  beforeAll(async () => {
    site = await openWireSite({ cloud: { speed: 100 } })
  }, 60_000)
  afterEach(async () => void (await site.stack.faults.clear()))
  afterAll(() => site.stop())

  test.each(drills.filter(({ isShort }) => isShort))(
    '$name',
    async (drill) => {
      const workspace = `drill-${++serial}`
      await expect(drillOnWire(site, drill, workspace, LIMIT)).resolves.toBeUndefined()
    },
    LIMIT,
  )
})
