// The control endpoint of the stack that runs in this folder, or of the one that KINDLING_CONTROL names, as a command uses it.
import type { Clock } from '../../shared/ports.ts'
import { z } from 'zod'
import { CallError } from '../../shared/call-error.ts'
import { callLoopback } from '../local/loopback/loopback-call.ts'
import { faultsAt, type StackFaults } from '../local/stack/fault-control.ts'
import { readSessionAnswer } from '../local/stack/session-control.ts'
import type { SessionAnswer } from '../../shared/domain/session-admission.ts'
import type { SessionAction } from './stack-session.ts'
import { readControlFiles } from './control-file.ts'
import type { ListedLetter } from './dead-letters-command.ts'
import { InputFault } from './input-fault.ts'
import type { ListedEntity } from './listed-entities.ts'
import type { ParkedDocument } from './parked-documents.ts'
import { RequestAt, Told } from './request-outcome.ts'
import type { StoredBill } from './stored-bill.ts'
import type { StoredEntity } from './stored-entity.ts'

export interface ControlClient {
  publish(
    topic: string,
    data: string,
  ): Promise<{ message: string; request?: RequestAt | undefined }>
  outcome(request: RequestAt): Promise<Told | undefined>
  list(): Promise<readonly ListedEntity[]>
  /** Undefined when there is no such entity. */
  entity(path: string): Promise<StoredEntity | undefined>
  /** Of a workspace by its path; undefined when there is none. */
  bill(path: string): Promise<StoredBill | undefined>
  /** Longest first. */
  parked(): Promise<readonly ParkedDocument[]>
  /** Longest first. */
  deadLetters(): Promise<readonly ListedLetter[]>
  /** Delivers it again; answers what is wrong, if it cannot be. */
  replay(path: string): Promise<string | undefined>
  /** Throws `not-found` where there is no such cluster. */
  session(action: SessionAction): Promise<SessionAnswer>
  readonly faults: StackFaults
}

export interface Surroundings {
  readonly clock: Clock
  readonly folder: string
  readonly environment: NodeJS.ProcessEnv
}

const Info = z.object({ project: z.string() })
const Published = z.object({ message: z.string(), request: RequestAt.optional() })
const Outcome = z.object({ outcome: Told.optional() })

const NO_STACK = 'no stack is running here: start one with "npm run local" in another terminal'

/** Throws InputFault when there is none, or more than one. */
export async function findControl(surroundings: Surroundings): Promise<ControlClient> {
  const { clock, folder, environment } = surroundings
  const named = environment['KINDLING_CONTROL']
  if (named) {
    if (!(await projectAt(clock, named)))
      throw new InputFault(
        `no stack answers at KINDLING_CONTROL=${named}: unset it to find the one of this folder, or set it to the control address that "npm run local" shows`,
      )
    return controlClient(clock, named)
  }
  const entries = await readControlFiles(folder)
  const answers = await Promise.all(
    // A process of the same number may be anybody's by now.
    entries.map(async (entry) => (await projectAt(clock, entry.url)) === entry.project),
  )
  const running = entries.filter((_, index) => answers[index])
  const [first, second] = running
  if (!first) throw new InputFault(NO_STACK)
  if (!second) return controlClient(clock, first.url)
  const urls = running.map(({ url }) => url).join(' or ')
  throw new InputFault(`${running.length} stacks are running here: set KINDLING_CONTROL to ${urls}`)
}

const LOOK_LIMIT_MS = 3000

/** The project of the stack that answers there, if one does. */
async function projectAt(clock: Clock, url: string): Promise<string | undefined> {
  try {
    const answer = await callLoopback(clock, { url: new URL('/info', url).href }, LOOK_LIMIT_MS)
    return Info.safeParse(answer).data?.project
  } catch {
    return undefined
  }
}

function controlClient(clock: Clock, base: string): ControlClient {
  const get = async (path: string, query: Record<string, string> = {}): Promise<unknown> => {
    const url = new URL(path, base)
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value)
    return await callLoopback(clock, { url: url.href })
  }
  return {
    faults: faultsAt(clock, base),
    async publish(topic, data) {
      const url = new URL('/publish', base).href
      return Published.parse(await callLoopback(clock, { url, body: { topic, data } }))
    },
    async session(action) {
      const url = new URL('/sessions', base).href
      return readSessionAnswer(await callLoopback(clock, { url, body: action }))
    },
    outcome: async (request) => Outcome.parse(await get('/outcome', request)).outcome,
    // The server is this same source, which read them through their schemas.
    list: async () => ((await get('/list')) as { entities: ListedEntity[] }).entities,
    entity: async (path) => (await ifThere(get('/entity', { path }))) as StoredEntity | undefined,
    parked: async () => ((await get('/parked')) as { parked: ParkedDocument[] }).parked,
    deadLetters: async () => ((await get('/dead-letters')) as { letters: ListedLetter[] }).letters,
    async replay(deadLetter) {
      try {
        await callLoopback(clock, { url: new URL('/replay', base).href, body: { deadLetter } })
        return undefined
      } catch (error) {
        if (error instanceof CallError && error.kind === 'invalid') return error.message
        throw error
      }
    },
    bill: async (path) => (await ifThere(get('/bill', { path }))) as StoredBill | undefined,
  }
}

async function ifThere(asked: Promise<unknown>): Promise<unknown> {
  try {
    return await asked
  } catch (error) {
    if (error instanceof CallError && error.kind === 'not-found') return undefined
    throw error
  }
}
