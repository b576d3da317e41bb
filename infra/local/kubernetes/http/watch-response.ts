// A watch as the wire has it: one JSON line an event, until it ends, the server closes it, or the reader leaves.
import type { ServerResponse } from 'node:http'
import { apiVersionOf } from '../../../../shared/manifests/kinds.ts'
import type { WatchEvent } from '../../../../shared/ports.ts'
import type { ServedResource } from '../resource-registry.ts'
import { StatusError } from '../status-error.ts'
import { type Exchange, failureStatus } from './exchange.ts'

export interface WatchStyle {
  readonly bookmarks: boolean
  /** The first bookmark says that the initial events are over. */
  readonly marksInitialEnd: boolean
  /** How an object is shown: as itself, or as a Table of one row. */
  readonly shown: (event: Exclude<WatchEvent, { type: 'BOOKMARK' }>) => string
}

/** Objects are shared by all watchers of a change; so is their text. */
const texts = new WeakMap<object, string>()

export function jsonOf(object: object): string {
  const known = texts.get(object)
  if (known !== undefined) return known
  const text = JSON.stringify(object)
  texts.set(object, text)
  return text
}

function bookmark(resource: ServedResource, resourceVersion: string, endsInitial: boolean): string {
  const annotations = endsInitial ? { annotations: { 'k8s.io/initial-events-end': 'true' } } : {}
  const metadata = { resourceVersion, creationTimestamp: null, ...annotations }
  return JSON.stringify({ kind: resource.kind, apiVersion: apiVersionOf(resource), metadata })
}

/** Room to write again, or nobody there to read. */
function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      response.off('drain', done)
      response.off('close', done)
      resolve()
    }
    response.once('drain', done)
    response.once('close', done)
  })
}

/** `open` throws a StatusError when the version is too old: that becomes an ERROR event, as real servers send it. */
export async function streamWatch(
  { response }: Exchange,
  resource: ServedResource,
  open: () => AsyncIterableIterator<WatchEvent>,
  style: WatchStyle,
): Promise<void> {
  const write = async (type: string, object: string): Promise<void> => {
    if (response.write(`{"type":"${type}","object":${object}}\n`) || response.destroyed) return
    await drained(response)
  }
  let events: AsyncIterableIterator<WatchEvent>
  try {
    events = open()
  } catch (error) {
    if (!(error instanceof StatusError) || error.code !== 410) throw error
    response.writeHead(200, { 'content-type': 'application/json' })
    await write('ERROR', JSON.stringify(failureStatus(error)))
    response.end()
    return
  }
  response.writeHead(200, { 'content-type': 'application/json' })
  response.flushHeaders()
  response.once('close', () => void events.return?.())
  let endsInitial = style.marksInitialEnd
  for await (const event of events) {
    if (event.type !== 'BOOKMARK') await write(event.type, style.shown(event))
    else if (style.bookmarks || endsInitial) {
      await write('BOOKMARK', bookmark(resource, event.resourceVersion, endsInitial))
      endsInitial = false
    }
  }
  response.end()
}
