// The cloud's control endpoint: what the stack, tests and people may ask of the simulated cloud beside its true protocols.
import { z } from 'zod'
import { parseBody } from '../loopback/parse-body.ts'
import type { Routes } from '../loopback/loopback-server.ts'
import type { DataPlane } from '../stack/data-plane.ts'
import { boardFaults, faultRoutes } from '../stack/fault-control.ts'
import { DriverSetting } from '../stack/drivers.ts'
import { sessionRoutes } from '../stack/session-control.ts'

const Grant = z.strictObject({ topic: z.string().min(1), member: z.string().min(1) })

/** `granted`: the member that may publish on each topic; in place of the one before. */
export function cloudRoutes(data: DataPlane, granted: Map<string, string>): Routes {
  return {
    'GET /healthz': async () => ({ ok: true }),
    'POST /grant': async ({ body }) => {
      const { topic, member } = parseBody(Grant, body)
      granted.set(topic, member)
    },
    'GET /grant': async ({ query }) => {
      const member = granted.get(query.get('topic') ?? '')
      return { members: member === undefined ? [] : [member] }
    },
    ...faultRoutes(boardFaults(data.cloud.faults)),
    ...sessionRoutes({
      openSession: data.openSession,
      closeSession: async (namespace) => data.drivers.changeSessions(namespace, -1),
    }),
    'GET /resources': async () => ({ resources: data.cloud.list() }),
    'GET /kubernetes': async () => ({ endpoints: data.endpoints() }),
    'POST /drivers': async ({ body }) => {
      const { namespace, work } = parseBody(DriverSetting, body)
      data.drivers.set(namespace, work ?? undefined)
    },
  }
}
