// Model of a shared pool: launches count on it while looks find it unused for long and retire it. Marked, counted, and
// retired on the version that was marked, it never goes under a launch.
import type * as RealLaunch from '../../shared/runtime/launch.ts'
import { vi } from 'vitest'
import { hours } from '../../shared/domain/time.ts'
import type { World } from '../../shared/ports.ts'
import { readMoment } from '../../shared/runtime/moment.ts'
import { considerUnused } from '../../shared/runtime/retire-pool.ts'
import { NOW, POOL, WORKSPACE } from '../situations.ts'
import { blindTo, blindToVersions, withoutWriting } from './bent-world.ts'
import { dataAt, documentAt, documentsOf } from './explorer/documents.ts'
import type { Handler } from './explorer/process.ts'
import type { State, System } from './explorer/system.ts'
import { boundsText, type Happenings, happenings, isLarge, onward } from './happenings.ts'
import { type IdleLooks, idleLooks } from './idle-looks.ts'
import { ETL, launch } from './launches.ts'
import { checkModel } from './model.ts'
import { settledPool } from './pool-documents.ts'
import { isOff } from './switched.ts'

vi.mock('../../shared/runtime/pre-flight.ts', () => ({
  preFlight: () => Promise.resolve({ shards: new Map() }),
}))
vi.mock('../../shared/runtime/launch.ts', async (original) => {
  const { unless } = await import('./switched.ts')
  const real = await original<typeof RealLaunch>()
  const arePoolsWanted = unless('a launch reads its pools', real.arePoolsWanted, () =>
    Promise.resolve(true),
  )
  return { ...real, arePoolsWanted }
})

const left: Happenings['left'] = isLarge ? { crash: 1, running: 3 } : { running: 2 }

const launches: Handler = { name: 'launch', run: (world) => launch(world, 'etl', 'request-a') }
const looks: Handler = {
  name: 'look at the pool',
  async run(world) {
    const moment = await readMoment(world.store, POOL)
    if (moment) await considerUnused(bent(world), moment, 0)
  },
}

function bent(world: World): World {
  if (isOff('mark, then count')) return withoutWriting('want', 'marked', world)
  if (isOff('retired on the version that was marked')) return blindToVersions(world)
  if (isOff('count after the mark')) return blindTo('uses', world)
  return world
}

const isUsed = ({ documents }: State<IdleLooks>): boolean =>
  documentAt(documents, `${POOL}/uses/etl`) !== undefined

function system(): System<IdleLooks> {
  const outside = { events: [], asks: [launches.name], left, looks: isLarge ? 3 : 2, hours: 1 }
  return {
    start: {
      documents: documentsOf(settledPool({ unusedSince: NOW - hours(2) })),
      now: NOW,
      outside,
    },
    reply: () => ({ value: true }),
    isAlone: ({ port, args }) => port === 'network' || args[0] === WORKSPACE,
    forgets: (path) => path.includes('/facts/') || path.includes('/attempts/'),
    moves: (state) => [...happenings(state, [launches]), ...idleLooks(state, looks)],
    onward: (state) => (state.outside.asks?.length ? onward(state, [], [launches]) : undefined),
    invariants: {
      'no pool goes under a launch': (state) =>
        isUsed(state) && dataAt(state.documents, POOL)?.['want'] === 'down'
          ? 'it is used, and on its way down'
          : undefined,
    },
    isGoal: (state) => isUsed(state) && documentAt(state.documents, ETL) !== undefined,
  }
}

checkModel({
  name: 'shared pool',
  rules: '7, 10',
  runs: [
    'acceptClusterWish',
    'wantPool',
    'arePoolsWanted',
    'considerUnused',
    'isToRetire',
    'takeDown',
  ],
  bounds: `one launch, ${isLarge ? 3 : 2} looks, 2 hours; ${boundsText(left)}`,
  system,
  switches: [
    { off: 'mark, then count', breaks: 'no pool goes under a launch' },
    { off: 'count after the mark', breaks: 'no pool goes under a launch' },
    { off: 'retired on the version that was marked', breaks: 'no pool goes under a launch' },
    { off: 'a launch reads its pools', breaks: 'no pool goes under a launch' },
  ],
})
