// The Kubernetes port on the REST API of a real server (or of the local engine's wire face): plain JSON, so that no
// field is lost that a model would not know. Connections are shared by all who open the same server.
import { CallError } from '../call-error.ts'
import type { KindRef, KubernetesObject, ObjectRef } from '../manifests/object.ts'
import type { Clock, Kubernetes, ObjectList, WatchEvent } from '../ports.ts'
import { isForeignPage, parsedAnswer, refusalOf } from './kubernetes-answer.ts'
import {
  type KubernetesConnection,
  kubernetesConnection,
  type KubernetesEndpoint,
} from './kubernetes-connection.ts'
import { kubernetesPaths } from './kubernetes-paths.ts'
import { type Agents, type HttpCall, newAgents, serverUrl } from './kubernetes-request.ts'
import { watchEvents } from './kubernetes-watch.ts'

export interface KubernetesClientOptions {
  readonly clock: Clock
  /** Every call's own deadline; milliseconds. Default 20 s (protocol rule 3). */
  readonly deadlineMs?: number
  /** Calls at a time to one server. Default 32. */
  readonly parallel?: number
  /** How long after its timeout a watch that its server has not ended is given up; milliseconds. Default 30 s. */
  readonly watchMarginMs?: number
}

export interface KubernetesClient {
  /** Throws `invalid` for a server that is no https URL. */
  open(endpoint: KubernetesEndpoint): Kubernetes
  /** Ends idle connections and open calls. */
  close(): void
}

const mergePatchType = 'application/merge-patch+json'
const defaultWatchSeconds = 240

export function kubernetesClient(options: KubernetesClientOptions): KubernetesClient {
  const { clock, deadlineMs = 20_000, parallel = 32, watchMarginMs = 30_000 } = options
  const shared = new Map<string, Agents>()
  return {
    open(endpoint) {
      const url = serverUrl(endpoint.server)
      const { tls = {} } = endpoint
      const key = JSON.stringify([url.origin, tls.ca, tls.cert, tls.key, tls.serverName])
      const agents = shared.get(key) ?? newAgents(url, tls, parallel)
      shared.set(key, agents)
      const connection = kubernetesConnection(endpoint, agents, { clock, deadlineMs })
      return kubernetesPort(connection, { clock, watchMarginMs })
    },
    close() {
      for (const { calls, watches } of shared.values()) {
        calls.destroy()
        watches.destroy()
      }
      shared.clear()
    },
  }
}

/** `create Pod a/b`, for messages. */
function described(verb: string, ref: KindRef & { readonly name?: string | undefined }): string {
  return `${verb} ${ref.kind} ${[ref.namespace, ref.name].filter(Boolean).join('/')}`.trim()
}

function queryOf(
  parameters: Readonly<Record<string, string | number | boolean | undefined>>,
): string {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== undefined) query.set(name, String(value))
  }
  const text = query.toString()
  return text && `?${text}`
}

function known(path: string | undefined, what: string): string {
  if (path !== undefined) return path
  throw new CallError('not-found', `${what}: the server does not know the kind`)
}

function kubernetesPort(
  connection: KubernetesConnection,
  { clock, watchMarginMs }: { readonly clock: Clock; readonly watchMarginMs: number },
): Kubernetes {
  const paths = kubernetesPaths(connection)
  async function call<T>(request: HttpCall): Promise<T> {
    const answer = await connection.call(request)
    const mutates = request.method !== 'GET'
    if (answer.status < 200 || answer.status > 299) throw refusalOf(answer, request.what, mutates)
    return parsedAnswer(answer, request.what, mutates) as T // what the API promises for this path
  }

  async function get(ref: ObjectRef): Promise<KubernetesObject | undefined> {
    const what = described('get', ref)
    const path = await paths.object(ref)
    if (path === undefined) return undefined
    const answer = await connection.call({ method: 'GET', path, what })
    if (answer.status === 404 && !isForeignPage(answer)) return undefined
    if (answer.status !== 200) throw refusalOf(answer, what, false)
    return parsedAnswer(answer, what, false) as KubernetesObject // what the API promises
  }

  interface RawList {
    readonly metadata: { readonly resourceVersion: string; readonly continue?: string }
    readonly items: readonly KubernetesObject[] | null
  }

  return {
    get,
    async list(kind, options = {}): Promise<ObjectList> {
      const what = described('list', kind)
      const path = known(await paths.collection(kind), what) + queryOf({ ...options })
      const { metadata, items } = await call<Partial<RawList>>({ method: 'GET', path, what })
      if (!metadata) throw new CallError('unavailable', `${what}: the answer is no list`)
      const { apiVersion, kind: name } = kind
      return {
        // Typed lists leave out what all their items have in common.
        items: (items ?? []).map((item) => ({ ...item, apiVersion, kind: name })),
        resourceVersion: metadata.resourceVersion,
        ...(metadata.continue ? { continue: metadata.continue } : {}),
      }
    },
    async create(object) {
      const { apiVersion, kind, metadata } = object
      const { name, namespace } = metadata
      const of = { apiVersion, kind, ...(namespace === undefined ? {} : { namespace }) }
      const what = described('create', { ...of, name })
      const path = known(await paths.collection(of), what)
      const created = await call<KubernetesObject>({ method: 'POST', path, body: object, what })
      // A binding is answered with a Status.
      return created.kind === kind ? created : object
    },
    async patch(ref, patch, { subresource } = {}) {
      const what = described('patch', ref)
      const path = known(await paths.object(ref, subresource), what)
      return await call({ method: 'PATCH', path, body: patch, contentType: mergePatchType, what })
    },
    async delete(ref, options = {}) {
      const { uid, gracePeriodSeconds, propagation } = options
      const what = described('delete', ref)
      const body = {
        apiVersion: 'v1',
        kind: 'DeleteOptions',
        gracePeriodSeconds,
        propagationPolicy: propagation,
        ...(uid === undefined ? {} : { preconditions: { uid } }),
      }
      await call({ method: 'DELETE', path: known(await paths.object(ref), what), body, what })
    },
    async deleteAll(kind, { labelSelector, gracePeriodSeconds }) {
      const what = described('delete all of', kind)
      const path = known(await paths.collection(kind), what) + queryOf({ labelSelector })
      const body = { apiVersion: 'v1', kind: 'DeleteOptions', gracePeriodSeconds }
      await call({ method: 'DELETE', path, body, what })
    },
    async *watch(kind, options): AsyncIterable<WatchEvent> {
      const {
        resourceVersion,
        labelSelector,
        timeoutSeconds = defaultWatchSeconds,
        signal,
      } = options
      if (signal.aborted) return
      const what = described('watch', kind)
      const query = {
        watch: true,
        allowWatchBookmarks: true,
        resourceVersion,
        labelSelector,
        timeoutSeconds,
      }
      const path = known(await paths.collection(kind), what) + queryOf(query)
      const answer = await connection
        .stream({ method: 'GET', path, what }, signal)
        .catch((error: unknown) => {
          if (!signal.aborted) throw error
        })
      if (!answer) return
      if ('status' in answer) throw refusalOf(answer, what, false)
      const limitMs = timeoutSeconds * 1000 + watchMarginMs
      yield* watchEvents(answer, { what, clock, signal, limitMs })
    },
  }
}
