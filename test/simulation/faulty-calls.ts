// What befalls calls of ports on their way in bad weather: refused, slow, answered twice or not at all, late in their effect,
// or told of an older moment.
import { CallError } from '../../shared/call-error.ts'
import { minutes, seconds } from '../../shared/domain/time.ts'
import type { Clock, World } from '../../shared/ports.ts'
import { around, aroundWorld, type Call, type Hook } from '../../shared/around.ts'
import { isMutation } from '../../shared/runtime/call-limits.ts'
import { whatOf } from './call-text.ts'
import { errorOfClient } from './secrets.ts'
import type { Strikes } from './strikes.ts'

/** Until then a caller that gave up allows for the effect. */
const LATEST = seconds(150)
/** How old a list may be. */
const STALEST = minutes(5)

export function faultyCalls(world: World, strikes: Strikes): World {
  const { clock } = world
  const lists = staleLists(clock)
  const hookFor = (owner: string): Hook => unreliable(clock, strikes, lists, owner)
  return {
    ...aroundWorld(world, hookFor('')),
    gke: (of) => around('gke', world.gke(of), hookFor(of.project)),
    network: (of) => around('network', world.network(of), hookFor(of.project)),
  }
}

function unreliable(
  clock: Clock,
  { strikes, chance }: Strikes,
  lists: StaleLists,
  owner: string,
): Hook {
  return async (call, proceed) => {
    const what = (): string => whatOf(call)
    if (strikes('call-slow', what, call))
      await clock.sleep(chance('call-slow').between(0, seconds(15)))
    if (strikes('call-refused', what, call))
      throw new CallError('unavailable', what(), { cause: errorOfClient('bad weather') })
    if (!isMutation(call.method)) {
      const old = lists.recall(owner, call)
      if (old && strikes('list-stale', what, call)) return old.answer
      return lists.remember(owner, call, await proceed())
    }
    const lost = (): CallError =>
      new CallError('unknown-outcome', what(), { cause: errorOfClient('cut off in bad weather') })
    if (strikes('answer-lost', what, call)) {
      await proceed()
      throw lost()
    }
    // The client runs a transaction's body itself: cut off, it lands at once or never.
    if (call.method !== 'transaction' && strikes('effect-late', what, call)) {
      void later(clock, chance('effect-late').between(seconds(1), LATEST), proceed)
      throw lost()
    }
    if (call.method !== 'transaction' && strikes('call-doubled', what, call)) {
      const answer = await proceed()
      await proceed().catch(() => undefined)
      return answer
    }
    return proceed()
  }
}

/** Whatever it meets then, there is nobody left to tell. */
async function later(clock: Clock, ms: number, proceed: () => Promise<unknown>): Promise<void> {
  await clock.sleep(ms)
  await proceed().catch(() => undefined)
}

interface Listed {
  readonly at: number
  readonly answer: unknown
}

interface StaleLists {
  recall(owner: string, call: Call): Listed | undefined
  remember(owner: string, call: Call, answer: unknown): unknown
}

const isList = ({ port, method }: Call): boolean =>
  (port === 'gke' || port === 'network') && method.startsWith('list')
const keyOf = (owner: string, { method, args }: Call): string => [owner, method, ...args].join(' ')

/** Lists of Google's APIs, which lag behind; those of Firestore and Kubernetes do not. */
function staleLists(clock: Clock): StaleLists {
  const known = new Map<string, Listed>()
  const isOld = ({ at }: Listed): boolean => clock.now() - at > STALEST
  return {
    recall(owner, call) {
      const old = isList(call) ? known.get(keyOf(owner, call)) : undefined
      return old && !isOld(old) ? old : undefined
    },
    remember(owner, call, answer) {
      if (!isList(call)) return answer
      const old = known.get(keyOf(owner, call))
      if (!old || isOld(old)) known.set(keyOf(owner, call), { at: clock.now(), answer })
      return answer
    },
  }
}
