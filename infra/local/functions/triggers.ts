// Registers the functions' document triggers with the Firestore emulator, and proves that they arrive: an emulator that
// was started without an address for them takes every registration and never sends anything.
import type { Clock } from '../../../shared/ports.ts'
import type { FunctionName } from '../../../functions/manifest.ts'
import { CallError } from '../../../shared/call-error.ts'
import { seconds } from '../../../shared/domain/time.ts'
import { callLoopback } from '../loopback/loopback-call.ts'
import { functionNames, rows } from './function-servers.ts'

const PROBES = 'probes'
export const PROBE_KEY = 'probe'
/** A cold emulator on a machine that does much else sends its first event after seconds. */
const PROBE_LIMIT = seconds(10)

interface Trigger {
  readonly key: string
  /** `*` stands for one segment. */
  readonly pattern: string
}

/** Key of each trigger, and the function that it wakes. */
export const triggerTargets: ReadonlyMap<string, FunctionName> = new Map(
  functionNames.flatMap((name) => documentsOf(name).map((_, index) => [`${name}-${index}`, name])),
)

function documentsOf(name: FunctionName): readonly string[] {
  const { on } = rows[name]
  return on.is === 'created' ? on.documents : []
}

const triggers: readonly Trigger[] = [
  { key: PROBE_KEY, pattern: `${PROBES}/*` },
  ...functionNames.flatMap((name) =>
    documentsOf(name).map((pattern, index) => ({ key: `${name}-${index}`, pattern })),
  ),
]

/** The emulator's patterns name what they match: `accounts/{a0}/attempts/{a1}`. */
function namedPattern(pattern: string): string {
  let count = 0
  return pattern.replaceAll('*', () => `{any${count++}}`)
}

export interface TriggerOptions {
  readonly clock: Clock
  /** `host:port`. */
  readonly emulator: string
  readonly project: string
  /** Address of the front door, for the message. */
  readonly frontDoor: string
  /** Resolves when the front door is told that this document was created. */
  readonly probeArrived: (id: string) => Promise<void>
  readonly limitMs?: number
}

/** Throws `unavailable`, in one line that says what to do. */
export async function openTriggers(options: TriggerOptions): Promise<void> {
  await Promise.all(triggers.map((trigger) => register(options, trigger)))
  await probe(options)
}

async function register(
  { clock, emulator, project }: TriggerOptions,
  { key, pattern }: Trigger,
): Promise<void> {
  await callLoopback(clock, {
    url: `http://${emulator}/emulator/v1/projects/${project}/eventarcTrigger?eventarcTriggerId=${key}`,
    body: {
      eventType: 'google.cloud.firestore.document.v1.created',
      database: '(default)',
      document: { value: namedPattern(pattern), matchType: 'PATH_PATTERN' },
    },
  })
}

const portOf = (address: string): string => address.slice(address.lastIndexOf(':') + 1)

async function probe(options: TriggerOptions): Promise<void> {
  const { clock, emulator, frontDoor, limitMs = PROBE_LIMIT } = options
  const id = Math.floor(clock.random() * 36 ** 8).toString(36)
  const over = new AbortController()
  const limit = clock.sleep(limitMs, over.signal).then(() => {
    throw new CallError(
      'unavailable',
      `the Firestore emulator at ${emulator} sends no triggers: no word of a probe document within ${limitMs} ms; start it with --functions_emulator ${frontDoor}, and set KINDLING_PORT=${portOf(frontDoor)}`,
    )
  })
  limit.catch(() => undefined)
  try {
    await Promise.race([Promise.all([options.probeArrived(id), writeProbe(options, id)]), limit])
  } finally {
    over.abort()
  }
}

async function writeProbe({ clock, emulator, project }: TriggerOptions, id: string): Promise<void> {
  const documents = `projects/${project}/databases/(default)/documents`
  const name = `${documents}/${PROBES}/${id}`
  const commit = (write: object): Promise<unknown> =>
    callLoopback(clock, {
      url: `http://${emulator}/v1/${documents}:commit`,
      headers: { authorization: 'Bearer owner' },
      body: { writes: [write] },
    })
  await commit({ update: { name, fields: {} }, currentDocument: { exists: false } })
  await commit({ delete: name })
}
