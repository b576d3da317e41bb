// Brings a stack up: on the wire where the emulators are found, else in this process; and says which, and why.
import { type RealClock, seededRandom } from '../clock.ts'
import { emulatorMissing } from '../emulators.ts'
import { profile, type ProfileOptions } from '../profile.ts'
import { startInProcess } from './in-process.ts'
import type { Stack } from './stack.ts'
import { startWire } from './wire.ts'

export interface StackOptions {
  readonly clock: RealClock
  readonly speed: number
  /** Seeds the cloud's draws of boot times and the like, so that two runs can be compared. */
  readonly seed: number
  readonly bootMs?: ProfileOptions['bootMs']
  /** For one line, the first, before anything is started. */
  readonly say: (line: string) => void
  /** An error that a function of the stack in this process has met. */
  readonly logError: (message: string) => void
}

const REST = 'Kubernetes: embedded. Google Cloud: simulated.'

export async function startStack(options: StackOptions): Promise<Stack> {
  const { clock, speed, seed, bootMs, say, logError } = options
  const missing = (await emulatorMissing('firestore')) ?? (await emulatorMissing('pubsub'))
  const cloud = { speed, ...(bootMs === undefined ? {} : { bootMs }) }
  if (missing === undefined) {
    say(`Firestore and Pub/Sub: Google's emulators. ${REST} Each in a process of its own.`)
    return await startWire({ clock, cloud: { ...cloud, seed } })
  }
  say(`Firestore and Pub/Sub: in-process engines, because there is ${missing}. ${REST}`)
  return await startInProcess({
    clock,
    profile: profile({ ...cloud, random: seededRandom(seed) }),
    log(severity, message, fields) {
      if (severity === 'ERROR') logError(`${message} ${JSON.stringify(fields)}`)
    },
  })
}
