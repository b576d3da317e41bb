// Five minutes without a service under a steady load, counted on a virtual clock: how soon all is made up for, and how much
// more is called than without. Each repeat has a seed of its own.
import { DRAIN, type Outcome, type Service, services, underLoad } from '../loop/outage.ts'
import type { Bench } from './bench.ts'
import { atMost, type Figure } from './figure.ts'

const REPEATS = 3

export const outageRecovery: Bench = {
  name: 'outage-recovery',
  asks: 'five minutes without Kubernetes, GKE, Firestore or Pub/Sub: when is all made up for, with how many calls?',
  async run({ repeats = REPEATS, progress }) {
    const seeds = Array.from({ length: repeats }, (_, at) => at + 1)
    const runs = async (away?: Service): Promise<Outcome[]> => {
      progress(`a steady load, ${away ? `without ${away}` : 'undisturbed'}`)
      const outcomes: Outcome[] = []
      for (const seed of seeds) outcomes.push(await underLoad(away, seed))
      return outcomes
    }
    const usual = await runs()
    const figures: Figure[] = []
    for (const away of services) figures.push(...figuresOf(away, await runs(away), usual))
    return figures
  },
}

function figuresOf(
  away: Service,
  outcomes: readonly Outcome[],
  usual: readonly Outcome[],
): Figure[] {
  return [
    {
      name: `without ${away}: all done after its end`,
      unit: 's',
      values: outcomes.map(({ drainedMs = Infinity }) => drainedMs / 1000),
      target: atMost(DRAIN / 1000),
    },
    {
      name: `without ${away}: not as asked for`,
      unit: 'count',
      values: outcomes.map(({ failed }) => failed.length),
      target: atMost(0),
    },
    ...services.map((service): Figure => ({
      name: `without ${away}: calls of ${service}, against none away`,
      unit: 'x',
      values: outcomes.map(({ calls }, at) => calls[service] / (usual[at]?.calls[service] ?? NaN)),
      target: atMost(1.5),
    })),
  ]
}
