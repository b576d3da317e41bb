// Model of waking up: one pool is asked for; its attempt's event may be lost or come twice, a process may die anywhere, and
// time passes. The alarm in the run and the sweep alone bring it about.
import type * as RealProtocolTimes from '../../shared/domain/protocol-times.ts'
import { vi } from 'vitest'
import { NOW, POOL } from '../situations.ts'
import { dataAt, documentsOf } from './explorer/documents.ts'
import type { System } from './explorer/system.ts'
import {
  boundsText,
  eventsOf,
  type Happenings,
  happenings,
  isForOthers,
  isLarge,
  onward,
} from './happenings.ts'
import { checkModel } from './model.ts'
import { operationsEnd, replyOfGke, type WithPools } from './node-pools.ts'
import { askedPool } from './pool-documents.ts'
import { isOff } from './switched.ts'

vi.mock('../../shared/runtime/slots.ts', async (original) => {
  const { withoutSlots } = await import('./without-slots.ts')
  return withoutSlots(await original())
})
vi.mock('../../shared/domain/protocol-times.ts', async (original) => {
  const { isOff } = await import('./switched.ts')
  const real = await original<typeof RealProtocolTimes>()
  return {
    ...real,
    get ATTEMPT_GRACE() {
      return isOff('the sweep runs what nobody claims') ? 1e15 : real.ATTEMPT_GRACE
    },
  }
})

const RUN = `${POOL}/runs/1`

interface Outside extends Happenings, WithPools {}

const left: Happenings['left'] = isLarge
  ? { loss: 1, repeat: 1, crash: 1, minute: 2, sweep: 1, running: 2 }
  : { loss: 1, crash: 1, minute: 1, sweep: 1, running: 2 }

function system(): System<Outside> {
  const asked = askedPool()
  const never = { [RUN]: { ...asked[RUN], wakeAt: 4e12 } }
  const content = { ...asked, ...(isOff('runs carry the alarm') ? never : {}) }
  const events = Object.keys(content).filter((path) => path.includes('/attempts/'))
  return {
    start: { documents: documentsOf(content), now: NOW, outside: { pools: {}, events, left } },
    reply: replyOfGke,
    isAlone: isForOthers(POOL, content),
    forgets: (path) => path.includes('/facts/'),
    created: eventsOf,
    moves: (state) => [...happenings(state), ...operationsEnd(state)],
    onward: (state) => onward(state, operationsEnd(state)),
    invariants: {
      'runs on something': ({ documents, outside }) =>
        dataAt(documents, POOL)?.['state'] === 'RUNNING' &&
        Object.values(outside.pools)[0]?.status !== 'RUNNING'
          ? 'RUNNING without its node pool'
          : undefined,
    },
    isGoal: ({ documents }) =>
      dataAt(documents, POOL)?.['state'] === 'RUNNING' &&
      dataAt(documents, RUN)?.['is'] === 'settled',
  }
}

checkModel({
  name: 'wake-up',
  rules: '1, 17, 19',
  runs: [
    'step-due',
    'sweep',
    'advance',
    'decide',
    'claimEntry',
    'recordEntry',
    'settle',
    'nextRun',
  ],
  bounds: boundsText(left),
  system,
  switches: [
    { off: 'runs carry the alarm', breaks: 'goal' },
    { off: 'the sweep runs what nobody claims', breaks: 'goal' },
  ],
})
