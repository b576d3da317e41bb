// A cluster that runs is changed, or loses what it has.
import { minutes, seconds } from '../../../shared/domain/time.ts'
import { CLUSTER, type Loop } from '../../loop/fixture.ts'
import {
  change,
  comesTo,
  ended,
  FEW,
  launch,
  LIMIT,
  running,
  type Scenario,
  workspace,
} from '../scenario.ts'

/** A machine that dies without a word is missed by then. */
const MISSED = minutes(2)

/** Another pool must come for them. */
const OTHER = { count: 2, machineType: 'n2-standard-16' }

const SPOT = { ...FEW, spot: true }

const isRunning = comesTo(CLUSTER, 'RUNNING')

export const changes: readonly Scenario[] = [
  {
    name: 'resize-up',
    begin: (loop) => running(loop),
    act: (loop) => change(loop, 'more', { action: 'resize', executors: { count: 4 } }),
    isOver: isRunning,
  },
  {
    name: 'resize-down',
    begin: (loop) => running(loop, { executors: { ...FEW, count: 4 } }),
    act: (loop) => change(loop, 'fewer', { action: 'resize', executors: { count: 2 } }),
    isOver: isRunning,
  },
  {
    name: 'restart',
    begin: (loop) => running(loop),
    act: (loop) => change(loop, 'again', { action: 'restart' }),
    isOver: isRunning,
  },
  {
    name: 'edit-machines',
    begin: (loop) => running(loop),
    act: (loop) =>
      change(loop, 'other', {
        action: 'edit',
        settings: {
          runtime: '17.3.x-scala2.13',
          driver: { machineType: 'n2-standard-4' },
          executors: OTHER,
        },
      }),
    isOver: isRunning,
  },
  {
    name: 'start-again',
    begin: (loop) => ended(loop),
    act: (loop) => change(loop, 'start', { action: 'start' }),
    isOver: isRunning,
  },
  {
    name: 'executor-machine-lost',
    begin: (loop) => running(loop),
    act: (loop) => lose(loop, 'executor'),
    showsAfter: MISSED,
    isOver: isRunning,
  },
  {
    name: 'executor-preempted',
    begin: (loop) => running(loop, { executors: SPOT }),
    act: async ({ stack }) => void (await stack.faults.set('preempt', { role: 'executor' })),
    showsAfter: seconds(30),
    isOver: isRunning,
  },
  {
    name: 'resized-while-it-comes',
    begin: launching,
    act: (loop) => change(loop, 'more', { action: 'resize', executors: { count: 3 } }),
    isOver: isRunning,
  },
  {
    name: 'ended-while-it-comes',
    begin: launching,
    act: (loop) => change(loop, 'end', { action: 'terminate' }),
    isOver: comesTo(CLUSTER, 'TERMINATED'),
  },
  {
    name: 'ended-as-it-is-resized',
    begin: (loop) => running(loop),
    async act(loop) {
      await change(loop, 'more', { action: 'resize', executors: { count: 4 } })
      // Not before it is taken in: which of two requests is the later one decides.
      await loop.clock.until(
        'it',
        async () => (await loop.entity(CLUSTER))?.generation === 2,
        LIMIT,
      )
      await loop.clock.advance(seconds(3))
      await change(loop, 'end', { action: 'terminate' })
    },
    isOver: comesTo(CLUSTER, 'TERMINATED'),
  },
  {
    name: 'ended-as-it-loses-an-executor',
    begin: (loop) => running(loop, { executors: SPOT }),
    async act(loop) {
      await loop.stack.faults.set('preempt', { role: 'executor' })
      // It says by then that it has one less.
      await loop.clock.advance(seconds(10))
      await change(loop, 'end', { action: 'terminate' })
    },
    isOver: comesTo(CLUSTER, 'TERMINATED'),
  },
  {
    name: 'driver-machine-lost',
    begin: (loop) => running(loop),
    act: (loop) => lose(loop, 'driver'),
    showsAfter: MISSED,
    isOver: isRunning,
  },
]

/** Waits for nothing: what comes next meets it on its way. */
async function launching(loop: Loop): Promise<void> {
  await workspace(loop)
  await launch(loop)
  await loop.clock.advance(seconds(6))
}

async function lose({ stack }: Loop, role: string): Promise<void> {
  await stack.faults.set('lose-node', { role })
}
