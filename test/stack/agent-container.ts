// The agent's container as its Deployment has it: what a kubelet makes of it for a pod of some name.
import { z } from 'zod'
import type { KubernetesObject } from '../../shared/manifests/object.ts'

const Probe = z.object({ httpGet: z.object({ path: z.string(), port: z.literal('health') }) })

const Container = z.object({
  env: z.array(
    z.union([
      z.strictObject({ name: z.string(), value: z.string() }),
      z.strictObject({
        name: z.string(),
        valueFrom: z.object({
          fieldRef: z.object({ fieldPath: z.literal('metadata.name') }),
        }),
      }),
    ]),
  ),
  ports: z.array(z.object({ name: z.string(), containerPort: z.int() })),
  startupProbe: Probe,
  livenessProbe: Probe,
  readinessProbe: Probe,
})

const Deployment = z.object({
  spec: z.object({ template: z.object({ spec: z.object({ containers: z.tuple([Container]) }) }) }),
})

type AgentContainer = z.infer<typeof Container> & { readonly healthPort: number }

/** Throws ZodErrors where the Deployment is no longer as this reads it. */
export function agentContainer(deployment: KubernetesObject): AgentContainer {
  const [container] = Deployment.parse(deployment).spec.template.spec.containers
  const port = container.ports.find(({ name }) => name === 'health')
  if (!port) throw new Error('no port is named health')
  return { ...container, healthPort: port.containerPort }
}

export function environmentOf({ env }: AgentContainer, pod: string): Record<string, string> {
  return Object.fromEntries(env.map((each) => [each.name, 'value' in each ? each.value : pod]))
}

/** Of liveness, which is that of the start, and of readiness. */
export function probePaths({ startupProbe, livenessProbe, readinessProbe }: AgentContainer): {
  readonly live: string
  readonly ready: string
} {
  const live = livenessProbe.httpGet.path
  if (startupProbe.httpGet.path !== live) throw new Error('the start has a probe of its own')
  return { live, ready: readinessProbe.httpGet.path }
}
