// A client that knows the API server, and one thing of the autoscaler: pods that no controller owns are taken one by one
// (rule *like-pods*). A namespace and pods in it, as fast as they are taken; what a launch takes longer is what Kindling adds.
import { Agent, request } from 'node:http'
import { readEntity } from '../../infra/cli/stored-entity.ts'
import type { KubernetesObject, OwnerReference } from '../../shared/manifests/object.ts'
import { WORKSPACE } from '../loop/fixture.ts'
import type { WireSite } from '../stack/wire-site.ts'

/** Requests at a time: more of them make an API server on two cores no faster. */
const PARALLEL = 32

export interface BareClient {
  /** A namespace, and in it so many pods like that one, which it owns. */
  make(namespace: string, count: number, like: PodLike): Promise<void>
  /** Asks for the end of the namespace and all that is in it, and does not wait for it. */
  remove(namespace: string): Promise<void>
  close(): void
}

export interface PodLike {
  readonly annotations?: Readonly<Record<string, string>>
  readonly spec: KubernetesObject['spec']
}

interface Server {
  readonly endpoint: string
  readonly token: string
}

/** Of the workspace's API server. Throws where there is none, and for every answer but 2xx. */
export async function openBareClient(site: WireSite): Promise<BareClient> {
  const server = await serverOf(site.stack.reader)
  const agent = new Agent({ keepAlive: true, maxSockets: PARALLEL })
  const call = (method: string, path: string, body?: object): Promise<string> =>
    send(agent, server, { method, path, body })
  return {
    async make(namespace, count, { annotations = {}, spec }) {
      const named = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } }
      const owner = referenceTo(await call('POST', '/api/v1/namespaces', named))
      const rest = Array(count).keys()
      const lane = async (): Promise<void> => {
        for (const at of rest) {
          const metadata = { name: `bare-${at}`, annotations, ownerReferences: [owner] }
          const pod = { apiVersion: 'v1', kind: 'Pod', metadata, spec }
          await call('POST', `/api/v1/namespaces/${namespace}/pods`, pod)
        }
      }
      await Promise.all(Array.from({ length: PARALLEL }, lane))
    },
    async remove(namespace) {
      await call('DELETE', `/api/v1/namespaces/${namespace}`)
    },
    close: () => agent.destroy(),
  }
}

function referenceTo(stored: string): OwnerReference {
  // An API server's own answer.
  const { apiVersion, kind, metadata } = JSON.parse(stored) as KubernetesObject
  const { name, uid = '' } = metadata
  return { apiVersion, kind, name, uid, controller: true }
}

async function serverOf(reader: Parameters<typeof readEntity>[0]): Promise<Server> {
  const workspace = await readEntity(reader, WORKSPACE)
  const outputs = workspace?.ledger.flatMap(({ thing }) =>
    thing.have === 'present' ? [thing.output['endpoint']] : [],
  )
  const endpoint = outputs?.find((each) => each !== undefined)
  const plan = workspace?.run?.is === 'waiting' ? undefined : workspace?.run?.plan
  if (typeof endpoint !== 'string' || plan?.subject.kind !== 'workspace')
    throw new Error('the workspace has no GKE cluster')
  return { endpoint, token: plan.subject.identity.serviceAccount }
}

/** Answers the body. */
function send(
  agent: Agent,
  { endpoint, token }: Server,
  { method, path, body }: { method: string; path: string; body: object | undefined },
): Promise<string> {
  const text = body === undefined ? '' : JSON.stringify(body)
  const headers = {
    authorization: `Bearer ${token}`,
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
  }
  return new Promise((resolve, reject) => {
    const sent = request(`http://${endpoint}${path}`, { agent, method, headers }, (response) => {
      const status = response.statusCode ?? 500
      let answer = ''
      response.setEncoding('utf8')
      response.on('data', (part: string) => (answer += part))
      response.once('end', () => {
        if (status < 300) resolve(answer)
        else reject(new Error(`${method} ${path}: ${status} ${answer}`))
      })
    })
    sent.once('error', reject)
    sent.end(text)
  })
}
