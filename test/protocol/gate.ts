// Control over when calls return: stops a named call before or after its effect and lets it go later, so that a test can
// put two processes into the very order that a rule of the protocol names.
import { afterBy } from '../after-by-sleep.ts'
import type { Clock, World } from '../../shared/ports.ts'
import { aroundWorld, type Call, type Hook } from '../../shared/around.ts'

export interface Held {
  /** How many calls have been stopped here so far. */
  stopped(): number
  /** Lets go what is stopped, and everything that comes later. */
  release(): void
}

export interface Gate {
  readonly hook: Hook
  /** Stops calls that match, before or after their effect. */
  hold(when: 'before' | 'after', matches: (call: Call) => boolean): Held
  /** Answers (or throws) in place of the port, as long as `answer` gives something to do. */
  answer(matches: (call: Call) => boolean, answer: () => Promise<unknown>): Held
  /** Calls that were let through, in order. */
  readonly calls: Call[]
}

interface Rule {
  readonly when: 'before' | 'after' | 'instead'
  readonly matches: (call: Call) => boolean
  readonly act: () => Promise<unknown>
  isOpen: boolean
}

export function gate(): Gate {
  const rules: Rule[] = []
  const calls: Call[] = []
  const ruleFor = (when: Rule['when'], call: Call): Rule | undefined =>
    rules.find((rule) => rule.when === when && !rule.isOpen && rule.matches(call))

  function add(
    when: Rule['when'],
    matches: Rule['matches'],
    act: () => Promise<unknown>,
    release: () => void,
  ): Held {
    let stopped = 0
    const rule: Rule = {
      when,
      matches,
      isOpen: false,
      act: () => {
        stopped++
        return act()
      },
    }
    rules.push(rule)
    return {
      stopped: () => stopped,
      release() {
        rule.isOpen = true
        release()
      },
    }
  }

  return {
    calls,
    async hook(call, proceed) {
      await ruleFor('before', call)?.act()
      const instead = ruleFor('instead', call)
      calls.push(call)
      const result = await (instead ? instead.act() : proceed())
      await ruleFor('after', call)?.act()
      return result
    },
    hold(when, matches) {
      const door = Promise.withResolvers<void>()
      return add(when, matches, () => door.promise, door.resolve)
    },
    answer: (matches, answer) => add('instead', matches, answer, () => undefined),
  }
}

/** Matches calls such as `network.insert`. */
export const named =
  (name: string) =>
  ({ port, method }: Call): boolean =>
    name === `${port}.${method}`

/** The world as one process has it: every call passes its gate, its timers too, and its clock may be wrong. */
export function gatedWorld(world: World, { hook }: Gate, skewMs = 0): World {
  const { clock } = world
  const sleep: Clock['sleep'] = async (ms, signal) => {
    await hook({ port: 'clock', method: 'sleep', args: [ms] }, () => clock.sleep(ms, signal))
  }
  const gatedClock: Clock = {
    now: () => clock.now() + skewMs,
    random: () => clock.random(),
    sleep,
    after: afterBy(sleep),
  }
  return aroundWorld({ ...world, clock: gatedClock }, hook)
}
