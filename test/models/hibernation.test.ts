// Model of a workspace that hibernates while a cluster is asked for: marked, counted, and put to sleep on the version that was
// marked, it never sleeps under a cluster; and whoever asks wakes it.
import { vi } from 'vitest'
import { hours } from '../../shared/domain/time.ts'
import type { World } from '../../shared/ports.ts'
import { considerHibernation } from '../../shared/runtime/hibernate.ts'
import { readMoment } from '../../shared/runtime/moment.ts'
import { NOW, WORKSPACE } from '../situations.ts'
import { blindTo, blindToFields, blindToVersions } from './bent-world.ts'
import { dataAt, documentAt, documentsOf } from './explorer/documents.ts'
import type { Handler } from './explorer/process.ts'
import type { System } from './explorer/system.ts'
import { boundsText, type Happenings, happenings, isLarge, onward } from './happenings.ts'
import { type IdleLooks, idleLooks } from './idle-looks.ts'
import { ETL, launch } from './launches.ts'
import { checkModel } from './model.ts'
import { settledPool, settledWorkspace } from './pool-documents.ts'
import { isOff } from './switched.ts'

vi.mock('../../shared/runtime/pre-flight.ts', () => ({
  preFlight: () => Promise.resolve({ shards: new Map() }),
}))
// What a workspace does when it has been woken is another model's.
vi.mock('../../shared/runtime/advance.ts', () => ({ advance: () => Promise.resolve() }))

const left: Happenings['left'] = isLarge ? { crash: 1, running: 2 } : { running: 2, preemption: 1 }
const LOOKS = isLarge ? 3 : 2

const launches: Handler = {
  name: 'launch',
  run: (world) => {
    const blind = isOff('a request takes the mark away')
    return launch(
      blind ? blindToFields(['sleepy', 'emptySince'], world) : world,
      'etl',
      'request-a',
    )
  },
}
const looks: Handler = {
  name: 'look at the workspace',
  async run(world) {
    const moment = await readMoment(world.store, WORKSPACE)
    if (moment) await considerHibernation(bent(world), moment, 0)
  },
}

function bent(world: World): World {
  if (isOff('count after the mark')) return blindTo('clusters', world)
  if (isOff('put to sleep on the version that was marked')) return blindToVersions(world)
  return world
}

function system(): System<IdleLooks> {
  const outside = { events: [], asks: [launches.name], left, looks: LOOKS, hours: 1 }
  const content = { ...settledPool({}), ...settledWorkspace({ emptySince: NOW - hours(2) }) }
  return {
    start: { documents: documentsOf(content), now: NOW, outside },
    reply: () => ({ value: true }),
    preemptions: left.preemption,
    isAlone: ({ port }) => port === 'network',
    forgets: (path) => path.includes('/facts/') || path.includes('/attempts/'),
    moves: (state) => [...happenings(state, [launches]), ...idleLooks(state, looks)],
    onward: (state) => (state.outside.asks?.length ? onward(state, [], [launches]) : undefined),
    invariants: {
      'no workspace sleeps under a cluster': ({ documents }) =>
        documentAt(documents, ETL) && dataAt(documents, WORKSPACE)?.['hibernation'] === 'HIBERNATED'
          ? 'it has a cluster and sleeps'
          : undefined,
    },
    isGoal: ({ documents }) => documentAt(documents, ETL) !== undefined,
  }
}

checkModel({
  name: 'hibernation and waking',
  rules: '7, 10',
  runs: [
    'acceptClusterWish',
    'wantAwake',
    'considerHibernation',
    'isToHibernate',
    'canLaunch',
    'planOf',
  ],
  bounds: `one launch, ${LOOKS} looks, 2 hours; ${boundsText(left)}`,
  system,
  switches: [
    { off: 'count after the mark', breaks: 'no workspace sleeps under a cluster' },
    {
      off: 'put to sleep on the version that was marked',
      breaks: 'no workspace sleeps under a cluster',
    },
    { off: 'a request takes the mark away', breaks: 'no workspace sleeps under a cluster' },
  ],
})
