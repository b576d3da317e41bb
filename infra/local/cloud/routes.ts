// The cloud's control endpoint: what the stack, tests and people may ask of the simulated cloud beside its true protocols.
import { z } from 'zod'
import { CallError } from '../../../shared/call-error.ts'
import type { Routes } from '../loopback/loopback-server.ts'
import type { DataPlane } from '../stack/data-plane.ts'

const Grant = z.strictObject({ topic: z.string().min(1), member: z.string().min(1) })

const Driver = z.strictObject({
  namespace: z.string().min(1),
  /** null = it does not answer. */
  work: z
    .strictObject({
      runningJobs: z.int().nonnegative(),
      openSessions: z.int().nonnegative(),
    })
    .nullable(),
})

export function parseBody<Value>(schema: z.ZodType<Value>, body: unknown): Value {
  const parsed = schema.safeParse(body)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new CallError('invalid', `${issue?.path.join('.') || 'the body'}: ${issue?.message}`)
}

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
    'GET /resources': async () => ({ resources: data.cloud.list() }),
    'GET /kubernetes': async () => ({ endpoints: [...data.clusters.keys()] }),
    'POST /drivers': async ({ body }) => {
      const { namespace, work } = parseBody(Driver, body)
      data.drivers.set(namespace, work ?? undefined)
    },
  }
}
