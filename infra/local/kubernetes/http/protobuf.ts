// Objects as protobuf, which kubectl sends with its own `create ...` and `auth can-i`: the envelope, and the kinds that it
// writes so. A field that is set and not in these tables refuses the whole, so that nothing is lost unseen.
import { badRequest, StatusError } from '../status-error.ts'

export const protobufType = 'application/vnd.kubernetes.protobuf'

type Field = readonly [name: string, type: string | Message, form?: 'list' | 'map']
interface Message {
  readonly [number: number]: Field
}

const text = (...names: readonly string[]): Message =>
  Object.fromEntries(names.map((name, at): [number, Field] => [at + 1, [name, 'string']]))

const time: Message = { 1: ['seconds', 'time'], 2: ['nanos', 'number'] }
const metadata: Message = {
  1: ['name', 'string'],
  2: ['generateName', 'string'],
  3: ['namespace', 'string'],
  8: ['creationTimestamp', time],
  11: ['labels', 'string', 'map'],
  12: ['annotations', 'string', 'map'],
}
const container: Message = {
  ...text('name', 'image'),
  3: ['command', 'string', 'list'],
  4: ['args', 'string', 'list'],
  6: ['ports', { 3: ['containerPort', 'number'], 4: ['protocol', 'string'] }, 'list'],
}
const template: Message = {
  1: ['metadata', metadata],
  2: ['spec', { 2: ['containers', container, 'list'] }],
}
const deployment: Message = {
  1: ['replicas', 'number'],
  2: ['selector', { 1: ['matchLabels', 'string', 'map'] }],
  3: ['template', template],
}
const access: Message = text(
  'namespace',
  'verb',
  'group',
  'version',
  'resource',
  'subresource',
  'name',
)

const kinds: Readonly<Record<string, Message>> = {
  'v1 Namespace': { 1: ['metadata', metadata] },
  'v1 ServiceAccount': { 1: ['metadata', metadata] },
  'v1 ConfigMap': { 1: ['metadata', metadata], 2: ['data', 'string', 'map'] },
  'v1 Secret': { 1: ['metadata', metadata], 2: ['data', 'bytes', 'map'], 3: ['type', 'string'] },
  'apps/v1 Deployment': { 1: ['metadata', metadata], 2: ['spec', deployment] },
  'authorization.k8s.io/v1 SelfSubjectAccessReview': {
    1: ['metadata', metadata],
    2: [
      'spec',
      { 1: ['resourceAttributes', access], 2: ['nonResourceAttributes', text('path', 'verb')] },
    ],
  },
  'authorization.k8s.io/v1 SelfSubjectRulesReview': {
    1: ['metadata', metadata],
    2: ['spec', text('namespace')],
  },
  'authentication.k8s.io/v1 SelfSubjectReview': { 1: ['metadata', metadata] },
  // What is asked for with a deletion.
  'v1 DeleteOptions': {
    1: ['gracePeriodSeconds', 'number'],
    2: ['preconditions', text('uid', 'resourceVersion')],
    4: ['propagationPolicy', 'string'],
  },
}

interface Part {
  readonly number: number
  readonly value: number | Buffer
}

function* parts(bytes: Buffer): Generator<Part> {
  let at = 0
  const varint = (): number => {
    let value = 0
    for (let shift = 0; shift < 64; shift += 7) {
      const byte = bytes[at++]
      if (byte === undefined) break
      value += (byte & 127) * 2 ** shift
      if (byte < 128) return value
    }
    throw badRequest('the body is no protobuf')
  }
  while (at < bytes.length) {
    const tag = varint()
    const [number, wire] = [Math.floor(tag / 8), tag % 8]
    if (wire === 0) yield { number, value: varint() }
    else if (wire === 2) {
      const length = varint()
      yield { number, value: bytes.subarray(at, (at += length)) }
    } else throw badRequest('the body is no protobuf that is known here')
  }
}

/** What is written although it is not set: zeros, empty texts, and messages of nothing else. */
function isUnset(value: number | Buffer): boolean {
  if (typeof value === 'number') return value === 0
  try {
    return [...parts(value)].every((part) => isUnset(part.value))
  } catch {
    return false
  }
}

function scalar(type: string, value: number | Buffer): unknown {
  if (typeof value === 'number') return value
  return type === 'bytes' ? value.toString('base64') : value.toString('utf8')
}

function valueOf(type: string | Message, value: number | Buffer, what: string): unknown {
  if (typeof type === 'string') return scalar(type, value)
  const message = read(type, Buffer.from(value as Buffer), what) // a message has a length
  return type === time ? undefined : message
}

function read(message: Message, bytes: Buffer, what: string): Record<string, unknown> {
  const object: Record<string, unknown> = {}
  for (const { number, value } of parts(bytes)) {
    const field = message[number]
    if (!field) {
      if (isUnset(value)) continue
      const why = `field ${number} of ${what} is not taken as protobuf; send application/json`
      throw new StatusError(415, 'UnsupportedMediaType', why)
    }
    const [name, type, form] = field
    if (form === 'map' && Buffer.isBuffer(value)) {
      const entry = new Map([...parts(value)].map((part) => [part.number, part.value]))
      const [key, item] = [entry.get(1) ?? Buffer.of(), entry.get(2) ?? Buffer.of()]
      const map = (object[name] ?? {}) as Record<string, unknown> // made below
      object[name] = {
        ...map,
        [String(scalar('string', key))]: scalar(typeof type === 'string' ? type : 'string', item),
      }
    } else if (form === 'list') {
      const items = (object[name] ?? []) as unknown[] // made below
      object[name] = [...items, valueOf(type, value, `${what}.${name}`)]
    } else if (value !== 0 && (typeof value === 'number' || value.length > 0))
      object[name] = valueOf(type, value, `${what}.${name}`)
  }
  return object
}

/** The object in JSON's terms. Throws 400, 415. */
export function fromProtobuf(bytes: Buffer): unknown {
  if (bytes.subarray(0, 4).toString('latin1') !== 'k8s\0')
    throw badRequest('the body is no protobuf')
  const envelope = new Map(
    [...parts(bytes.subarray(4))].map(({ number, value }) => [number, value]),
  )
  const typeMeta = envelope.get(1)
  const { apiVersion = '', kind = '' } = read(
    text('apiVersion', 'kind'),
    Buffer.isBuffer(typeMeta) ? typeMeta : Buffer.of(),
    'the envelope',
  )
  const message = kinds[`${String(apiVersion)} ${String(kind)}`] ?? kinds[`v1 ${String(kind)}`]
  const raw = envelope.get(2)
  if (!message) {
    const why = `${String(kind)} is not taken as protobuf; send application/json`
    throw new StatusError(415, 'UnsupportedMediaType', why)
  }
  return {
    apiVersion,
    kind,
    ...read(message, Buffer.isBuffer(raw) ? raw : Buffer.of(), String(kind)),
  }
}
