// Asks a cluster what it works on: now and then, and at once when its drain mark changes. The mark that is reported is
// the one that stood there before the question was asked, because only such an answer lets a cluster be ended (rule 13).
import { isQuiet } from '../../../shared/domain/quiet.ts'
import { seconds } from '../../../shared/domain/time.ts'
import type { Clock } from '../../../shared/ports.ts'
import { alarm } from './alarm.ts'
import type { Activity } from './level.ts'
import { within } from './within.ts'

const ASK_EVERY = seconds(15)
/** Load changes while there is any. */
const ASK_BUSY_EVERY = seconds(5)
const ANSWER_WITHIN = seconds(10)

interface ActivityAnswer {
  /** Undefined = unknown, which is never idle. */
  readonly activity: Activity | undefined
  readonly drainSeen: string | undefined
}

export interface ActivityWatch {
  latest(): ActivityAnswer
  /** The drain mark, or whether anybody is there to ask, has changed. */
  changed(): void
  stop(): void
}

export interface ActivityWatchOptions {
  readonly clock: Clock
  readonly drain: () => string | undefined
  /** Whether anybody is there to ask. */
  readonly canAsk: () => boolean
  readonly ask: () => Promise<Activity | undefined>
  readonly answered: () => void
}

export function activityWatch(options: ActivityWatchOptions): ActivityWatch {
  const { clock, drain, canAsk } = options
  let latest: ActivityAnswer = { activity: undefined, drainSeen: undefined }
  let isAsking = false
  const next = alarm(clock, () => void turn())

  const circumstances = (): string => JSON.stringify([drain(), canAsk()])
  let askedIn = JSON.stringify([undefined, false])

  async function turn(): Promise<void> {
    if (isAsking) return
    isAsking = true
    askedIn = circumstances()
    const mark = drain()
    const activity = canAsk() ? await answer() : undefined
    isAsking = false
    latest = { activity, drainSeen: mark }
    options.answered()
    if (circumstances() !== askedIn) next.set(clock.now())
    else if (canAsk()) {
      const isBusy = activity !== undefined && !isQuiet(activity)
      next.set(clock.now() + (isBusy ? ASK_BUSY_EVERY : ASK_EVERY))
    }
  }

  async function answer(): Promise<Activity | undefined> {
    try {
      return await within(clock, ANSWER_WITHIN, 'the answer of a driver', options.ask())
    } catch {
      return undefined
    }
  }

  return {
    latest: () => latest,
    changed() {
      if (circumstances() !== askedIn) next.set(clock.now())
    },
    stop: () => next.stop(),
  }
}
