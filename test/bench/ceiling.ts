// The limit: a namespace and N pods made by a bare client, on the same API server that a launch of N has just used. What a
// launch takes longer is what Kindling adds.
import { Agent, request } from 'node:http'
import { readEntity } from '../../infra/cli/stored-entity.ts'
import { WORKSPACE } from '../loop/fixture.ts'
import type { Bench } from './bench.ts'
import { atMost, type Figure } from './figure.ts'
import { type LaunchBed, openLaunchBed } from './launch-bed.ts'

const REPEATS = 3
const MANY = 1000
const MACHINE = 'n2-standard-8'
/** As people see it: no node comes before the last pod is made, as in life. What nodes ask of the server is not measured here. */
const BOOT_MS = 20_000
const SPEED = 20
/** Requests at a time: more of them make an API server on two cores no faster. */
const PARALLEL = 32

interface Server {
  readonly endpoint: string
  readonly token: string
}

export const ceiling: Bench = {
  name: 'ceiling',
  asks: 'how fast could the pods of a launch be made at all?',
  async run({ repeats = REPEATS, kubernetes, progress }) {
    const bed = await openLaunchBed({ speed: SPEED, bootMs: BOOT_MS * SPEED, kubernetes }, [
      MACHINE,
    ])
    try {
      const rounds = []
      for (let round = 1; round <= repeats; round++) {
        progress(`round ${round}`)
        const one = await podsMs(bed, `c${round}-one`, 1)
        const many = await podsMs(bed, `c${round}-many`, MANY)
        rounds.push({ one, many, bare: await bareMs(bed, `bare-${round}`) })
      }
      return figuresOf(rounds)
    } finally {
      await bed.stop()
    }
  },
}

function figuresOf(
  rounds: readonly { readonly one: number; readonly many: number; readonly bare: number }[],
): Figure[] {
  return [
    {
      name: `bare client: namespace and ${MANY} pods`,
      unit: 'ms',
      values: rounds.map(({ bare }) => bare),
    },
    {
      name: `Kindling: request to last of ${MANY} pods`,
      unit: 'ms',
      values: rounds.map(({ many }) => many),
    },
    {
      name: 'Kindling against bare client',
      unit: 'x',
      values: rounds.map(({ many, bare }) => many / bare),
    },
    {
      name: 'one executor more',
      unit: 'ms',
      values: rounds.map(({ one, many }) => (many - one) / (MANY - 1)),
      target: atMost(10),
    },
  ]
}

async function podsMs(bed: LaunchBed, cluster: string, executors: number): Promise<number> {
  const { podsCreatedMs } = await bed.launch({ cluster, executors, machineType: MACHINE })
  await bed.terminate(cluster)
  return podsCreatedMs
}

/** Removes what it has made. */
async function bareMs({ site }: LaunchBed, namespace: string): Promise<number> {
  const { clock } = site
  const server = await serverOf(site.stack.reader)
  const agent = new Agent({ keepAlive: true, maxSockets: PARALLEL })
  const call = (method: string, path: string, body?: object): Promise<void> =>
    send(agent, server, { method, path, body })
  try {
    const began = clock.now()
    await call('POST', '/api/v1/namespaces', {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: namespace },
    })
    const pods = Array.from({ length: MANY }, (_, at) => podOf(namespace, at))
    const rest = pods.values()
    const lane = async (): Promise<void> => {
      for (const pod of rest) await call('POST', `/api/v1/namespaces/${namespace}/pods`, pod)
    }
    await Promise.all(Array.from({ length: PARALLEL }, lane))
    return clock.now() - began
  } finally {
    await call('DELETE', `/api/v1/namespaces/${namespace}`)
    agent.destroy()
  }
}

/** As large as an executor's on the wire; no node takes it, so that none is made for it. */
function podOf(namespace: string, at: number): object {
  const environment = Array.from({ length: 12 }, (_, each) => ({
    name: `SPARK_SETTING_${each}`,
    value: 'x'.repeat(60),
  }))
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: `bare-${at}`, namespace },
    spec: {
      automountServiceAccountToken: false,
      nodeSelector: { 'kindling.dev/bench': 'nowhere' },
      containers: [{ name: 'worker', image: 'none', env: environment }],
    },
  }
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

/** Throws for every answer but 2xx. */
function send(
  agent: Agent,
  { endpoint, token }: Server,
  { method, path, body }: { method: string; path: string; body: object | undefined },
): Promise<void> {
  const text = body === undefined ? '' : JSON.stringify(body)
  const headers = {
    authorization: `Bearer ${token}`,
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(text),
  }
  return new Promise((resolve, reject) => {
    const sent = request(`http://${endpoint}${path}`, { agent, method, headers }, (response) => {
      const status = response.statusCode ?? 500
      response.resume()
      response.once('end', () => {
        if (status < 300) resolve()
        else reject(new Error(`${method} ${path}: ${status}`))
      })
    })
    sent.once('error', reject)
    sent.end(text)
  })
}
