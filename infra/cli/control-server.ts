// The control endpoint of a running stack: what the `kindling` commands ask, over loopback HTTP, whatever the stack stands on.
import type { Clock } from '../../shared/ports.ts'
import { z } from 'zod'
import { CallError } from '../../shared/call-error.ts'
import { loopbackServer, type Routes } from '../local/loopback/loopback-server.ts'
import { parseBody } from '../local/loopback/parse-body.ts'
import { DriverSetting } from '../local/stack/drivers.ts'
import { faultRoutes } from '../local/stack/fault-control.ts'
import type { Stack } from '../local/stack/stack.ts'
import { fixedTopics } from '../local/stack/topics.ts'
import { writeControlFile } from './control-file.ts'
import { listEntities } from './listed-entities.ts'
import { readParkedDocuments } from './parked-documents.ts'
import { readOutcome, requestAt } from './request-outcome.ts'
import { readDeadLetters } from './stored-dead-letters.ts'
import { changeSession, SessionAction } from './stack-session.ts'
import { readBill } from './stored-bill.ts'
import { readEntity } from './stored-entity.ts'

export interface ControlOptions {
  readonly stack: Stack
  readonly clock: Clock
  /** Where commands are run that should find it. */
  readonly folder: string
}

export interface Control {
  readonly url: string
  stop(): Promise<void>
}

const Publish = z.strictObject({ topic: z.string().min(1), data: z.string() })
const Replay = z.strictObject({ deadLetter: z.string() })

export async function startControl({ stack, clock, folder }: ControlOptions): Promise<Control> {
  const server = await loopbackServer(controlRoutes(stack, clock))
  const { url } = server
  const remove = await writeControlFile(folder, { url, pid: process.pid, project: stack.project })
  return {
    url,
    async stop() {
      await remove()
      await server.stop()
    },
  }
}

function controlRoutes(stack: Stack, clock: Clock): Routes {
  const { project, parts, endpoints, reader } = stack
  return {
    'GET /info': async () => ({
      project,
      parts,
      endpoints,
      topics: fixedTopics,
      now: clock.now(),
    }),
    'POST /publish': async ({ body }) => {
      const { topic, data } = parseBody(Publish, body)
      const message = await stack.publish(topic, data)
      return { message, request: requestAt(topic, message, data) }
    },
    'GET /outcome': async ({ query }) => ({
      outcome: await readOutcome(reader, {
        path: wanted(query, 'path'),
        fingerprint: wanted(query, 'fingerprint'),
      }),
    }),
    'GET /list': async () => ({ entities: await listEntities(stack) }),
    'GET /entity': async ({ query }) => {
      const path = wanted(query, 'path')
      const stored = await readEntity(reader, path)
      if (!stored) throw new CallError('not-found', `there is no ${path}`)
      return stored
    },
    'GET /bill': async ({ query }) => {
      const path = wanted(query, 'path')
      const bill = await readBill(reader, path, clock.now())
      if (!bill) throw new CallError('not-found', `there is no ${path}`)
      return bill
    },
    'GET /parked': async () => ({ parked: await readParkedDocuments(reader) }),
    'GET /dead-letters': async () => ({ letters: await readDeadLetters(reader) }),
    'POST /replay': async ({ body }) => {
      await stack.call('replay', parseBody(Replay, body))
    },
    'GET /counts': () => stack.counts(),
    'GET /resources': async () => ({ resources: await stack.resources() }),
    ...faultRoutes(stack.faults),
    'GET /processes': async () => ({ processes: await stack.processes() }),
    'POST /drivers': async ({ body }) => {
      await stack.setDriver(parseBody(DriverSetting, body))
    },
    'POST /sessions': async ({ body }) => changeSession(stack, parseBody(SessionAction, body)),
  }
}

function wanted(query: URLSearchParams, name: string): string {
  const value = query.get(name)
  if (value) return value
  throw new CallError('invalid', `the query lacks ${name}`)
}
