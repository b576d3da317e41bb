// Every pod of clusters that there ever was in a simulated GKE cluster, by name: more than one uid under a name is a pod that
// was made twice. Heard from the cluster's own watch, over HTTP.
import { z } from 'zod'
import { SYSTEM_NAMESPACE } from '../../shared/manifests/agent.ts'

export interface PodDiary {
  /** `namespace/name` of each, in order. */
  names(): string[]
  /** Names that more than one pod has had. */
  madeTwice(): string[]
  stop(): void
}

const Endpoints = z.object({ endpoints: z.array(z.string()) })
const Line = z.object({
  object: z.object({
    metadata: z.object({ namespace: z.string(), name: z.string(), uid: z.string() }),
  }),
})

/** Kindling's own pods, and GKE's. */
const OTHERS: ReadonlySet<string> = new Set([SYSTEM_NAMESPACE, 'kube-system'])

/** `cloud`: the root of the cloud's control endpoint, which must have one GKE cluster. */
export async function keepPodDiary(cloud: string): Promise<PodDiary> {
  const { endpoints } = Endpoints.parse(await (await fetch(`${cloud}/kubernetes`)).json())
  const [endpoint, ...others] = endpoints
  if (endpoint === undefined || others.length > 0) throw new Error(`clusters: ${String(endpoints)}`)
  const seen = new Map<string, Set<string>>()
  const over = new AbortController()
  const response = await fetch(`http://${endpoint}/api/v1/pods?watch=1&timeoutSeconds=600`, {
    signal: over.signal,
    headers: { authorization: 'Bearer system:masters' },
  })
  if (!response.ok || !response.body) throw new Error(`the watch answered ${response.status}`)
  const reading = readLines(response.body.pipeThrough(new TextDecoderStream()), (line) => {
    const { metadata } = Line.parse(JSON.parse(line)).object
    if (OTHERS.has(metadata.namespace)) return
    const name = `${metadata.namespace}/${metadata.name}`
    seen.set(name, (seen.get(name) ?? new Set()).add(metadata.uid))
  })
  reading.catch(() => undefined)
  return {
    names: () => [...seen.keys()].toSorted(),
    madeTwice: () => [...seen].flatMap(([name, uids]) => (uids.size > 1 ? name : [])),
    stop: () => over.abort(),
  }
}

async function readLines(
  chunks: AsyncIterable<string>,
  take: (line: string) => void,
): Promise<void> {
  let rest = ''
  for await (const chunk of chunks) {
    const lines = `${rest}${chunk}`.split('\n')
    rest = lines.pop() ?? ''
    lines.filter((line) => line !== '').forEach(take)
  }
}
