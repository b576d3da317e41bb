// A system in the middle of a recorded life: its world is rebuilt by the recorded calls, each at its time; its documents are those
// of the recording, with the ids that the world has made up anew; and the functions are those of this version.
import { CallError } from '../../shared/call-error.ts'
import { minutes, seconds } from '../../shared/domain/time.ts'
import type { World } from '../../shared/ports.ts'
import { type Loop, startLoop } from '../loop/fixture.ts'
import { lookAtWorld } from './look-at-world.ts'
import { documentsAt, type Done, type Handover, type Recording } from './recording.ts'

/** As the recording's words are, what the rebuilt world says for them. */
type Words = Map<string, string>

/** Shorter ones are words of a language, not ids. */
const ID_LENGTH = 8

/** Errors of what comes before its time. */
const LATER: ReadonlySet<string> = new Set(['busy', 'rate', 'conflict', 'not-found'])
const PATIENCE = minutes(3)

/** The functions sleep until they are woken by the caller. */
export async function rebuild(
  recording: Recording,
  { at, workspaces, looks }: Handover,
): Promise<{ loop: Loop; wake: () => void }> {
  let isAwake = false
  const drop = (): boolean => !isAwake
  const loop = await startLoop({ busKnobs: { drop }, hostKnobs: { drop } })
  const { clock, stack } = loop
  const words: Words = new Map()
  const faults: unknown[] = []
  for (const done of recording.done) {
    if (done.at > at) break
    await clock.advance(done.at - clock.now())
    again(stack.world, done, words).catch((fault: unknown) => faults.push(fault))
  }
  await clock.advance(at - clock.now())
  if (faults.length > 0) throw new AggregateError(faults, 'the world cannot be rebuilt')
  learn(looks, await lookAtWorld(stack.data, workspaces), words)
  for (const [path, data] of documentsAt(recording, at)) {
    const own: unknown = JSON.parse(inWords(JSON.stringify(data), words))
    await stack.store.commit([{ op: 'create', path, data: { ...Object(own) } }])
  }
  return { loop, wake: () => (isAwake = true) }
}

/** One recorded call, with what its answer calls things now. What failed then fails now, and tells nothing. */
async function again(world: World, done: Done, words: Words): Promise<void> {
  const args: unknown = JSON.parse(inWords(JSON.stringify(done.args), words), withoutVersions)
  const port = portOf(world, done, words)
  const method: unknown = Reflect.get(port, done.method)
  if (typeof method !== 'function' || !Array.isArray(args))
    throw new Error(`${done.method} is gone`)
  // What was left out at the end of a call is null in the recording.
  while (args.at(-1) === null) args.pop()
  const begun = world.clock.now()
  for (;;) {
    try {
      learn(done.answer, await Reflect.apply(method, port, args), words)
      return
    } catch (error) {
      if (done.answer === undefined) return
      // What went before takes another time in another world.
      const isLate = error instanceof CallError && LATER.has(error.kind)
      if (!isLate || world.clock.now() - begun > PATIENCE) throw error
      await world.clock.sleep(seconds(1))
    }
  }
}

/** Another world counts its versions otherwise. */
const withoutVersions = (name: string, value: unknown): unknown =>
  name === 'resourceVersion' ? undefined : value

function portOf(world: World, { port, workspace, endpoint }: Done, words: Words): object {
  if (port === 'bus') return world.bus
  if (!workspace) throw new Error(`a call of ${port} is of no workspace`)
  if (port === 'gke') return world.gke(workspace)
  if (port === 'network') return world.network(workspace)
  return world.kubernetes(workspace, inWords(endpoint ?? '', words))
}

/** Where two answers differ in a text, the one stands for the other. */
function learn(then: unknown, now: unknown, words: Words): void {
  if (typeof then === 'string' && typeof now === 'string') {
    if (then !== now && then.length >= ID_LENGTH && !isTime(then)) words.set(then, now)
    return
  }
  if (typeof then !== 'object' || typeof now !== 'object' || !then || !now) return
  for (const [name, value] of Object.entries(then)) learn(value, Reflect.get(now, name), words)
}

const isTime = (text: string): boolean => /^\d{4}-\d\d-\d\dT/.test(text)

function inWords(text: string, words: Words): string {
  let found = text
  for (const [then, now] of words) found = found.replaceAll(then, now)
  return found
}
