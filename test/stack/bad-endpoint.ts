// A server on the loopback that misbehaves as it is told to, below HTTP and above it, and can heal: what a client meets when
// Firestore, Pub/Sub, GKE, Compute or a Kubernetes API is down, cut off, stuck or hidden behind something else.
import { createServer as createHttp, type ServerResponse } from 'node:http'
import { createServer as createHttp2, type ServerHttp2Stream } from 'node:http2'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { setTimeout } from 'node:timers/promises'

export type Fault =
  /** Nobody listens. */
  | 'refuses'
  /** Each connection is reset at once. */
  | 'resets'
  /** Each connection is taken, and nothing ever comes. */
  | 'is mute'
  /** Bytes that are no protocol of ours. */
  | 'speaks noise'
  /** The connection is reset when a request has come. */
  | 'resets requests'
  | 'never answers'
  /** An answer begins, comes byte by byte, and never ends. */
  | 'drips'
  /** Something in between answers with a page. */
  | 'shows a page'
  | 'shows a page of 404'
  /** The answer is of the right type, and cannot be read. */
  | 'garbles'

export const faults: readonly Fault[] = [
  'refuses',
  'resets',
  'is mute',
  'speaks noise',
  'resets requests',
  'never answers',
  'drips',
  'shows a page',
  'shows a page of 404',
  'garbles',
]

/** Of those nothing of a request has been read when the call ends. */
export const beforeRequest: ReadonlySet<Fault> = new Set([
  'refuses',
  'resets',
  'is mute',
  'speaks noise',
])

export interface BadEndpoint {
  readonly port: number
  /** Cuts every connection; without a fault it works. */
  become(fault: Fault | undefined): Promise<void>
  close(): Promise<void>
}

/** How it answers while it works: the bytes of a gRPC message, or a gRPC status. */
export type GrpcAnswer = (path: string) => Uint8Array | number

const PAGE = '<html><body>The service is having a rest</body></html>'
const DRIP_EVERY_MS = 20
/** For clients to hear that their connections were cut. */
const NEWS_MS = 100

function framed(message: Uint8Array): Buffer {
  const head = Buffer.alloc(5)
  head.writeUInt32BE(message.length, 1)
  return Buffer.concat([head, message])
}

/** Both kinds of answer, as far as they are the same. */
interface Reply {
  head(status: number, type: string): void
  write(chunk: string | Buffer): void
  end(chunk?: string | Buffer): void
  onClose(run: () => void): void
}

function misbehave(fault: Fault, reply: Reply, isGrpc: boolean, cut: () => void): void {
  const type = isGrpc ? 'application/grpc' : 'application/json'
  if (fault === 'resets requests') return cut()
  if (fault === 'shows a page' || fault === 'shows a page of 404') {
    reply.head(fault === 'shows a page' ? 200 : 404, 'text/html')
    return reply.end(PAGE)
  }
  if (fault === 'garbles') {
    reply.head(200, type)
    return reply.end(isGrpc ? framed(Buffer.alloc(4, 0xff)) : '{"metadata":')
  }
  if (fault !== 'drips') return
  reply.head(200, type)
  // The beginning of a message of a megabyte, or of a JSON object.
  reply.write(isGrpc ? Buffer.from([0, 0, 16, 0, 0]) : '{"metadata":"')
  const timer = setInterval(() => reply.write('x'), DRIP_EVERY_MS)
  reply.onClose(() => clearInterval(timer))
}

function httpReply(response: ServerResponse): Reply {
  return {
    head: (status, type) => void response.writeHead(status, { 'content-type': type }),
    write: (chunk) => void response.write(chunk),
    end: (chunk) => void response.end(chunk),
    onClose: (run) => void response.once('close', run),
  }
}

function grpcReply(stream: ServerHttp2Stream): Reply {
  stream.on('error', () => {})
  return {
    head: (status, type) => stream.respond({ ':status': status, 'content-type': type }),
    write: (chunk) => void stream.write(chunk),
    end: (chunk) => void stream.end(chunk),
    onClose: (run) => void stream.once('close', run),
  }
}

function grpcWell(stream: ServerHttp2Stream, answer: Uint8Array | number): void {
  const head = { ':status': 200, 'content-type': 'application/grpc' }
  if (typeof answer === 'number') {
    stream.respond({ ...head, 'grpc-status': String(answer) }, { endStream: true })
    return
  }
  stream.respond(head, { waitForTrailers: true })
  stream.once('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }))
  stream.end(framed(answer))
}

/** `well`: what it answers while it works; over HTTP that is always an API's own 404. */
export async function badEndpoint(well: GrpcAnswer | 'http'): Promise<BadEndpoint> {
  let fault: Fault | undefined
  const sockets = new Set<Socket>()
  const cut = (): void => sockets.forEach((socket) => socket.resetAndDestroy())

  const http = createHttp((_request, response) => {
    if (fault) return misbehave(fault, httpReply(response), false, cut)
    const error = { code: 404, errors: [{ reason: 'notFound' }] }
    response.writeHead(404, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ kind: 'Status', code: 404, reason: 'NotFound', error }))
  })
  const http2 = createHttp2().on('stream', (stream, headers) => {
    const reply = grpcReply(stream)
    if (fault) misbehave(fault, reply, true, cut)
    else if (well !== 'http') grpcWell(stream, well(headers[':path'] ?? ''))
  })

  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {}).once('close', () => sockets.delete(socket))
    if (fault === 'resets') return void socket.resetAndDestroy()
    if (fault === 'is mute') return void socket.resume()
    if (fault === 'speaks noise') {
      socket.write(Buffer.from('\u0000\u0007SSH-2.0-noise\r\n'.repeat(40)))
      return void socket.resume()
    }
    ;(well === 'http' ? http : http2).emit('connection', socket)
  })
  const listen = (port: number): Promise<void> =>
    new Promise((resolve, reject) => {
      server.once('error', reject)
      server.listen(port, '127.0.0.1', resolve)
    })
  const shut = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve())
      cut()
    })
  await listen(0)
  // A TCP server's address is never a path.
  const { port } = server.address() as AddressInfo
  return {
    port,
    async become(next) {
      cut()
      if (next === 'refuses') await shut()
      else if (!server.listening) await listen(port)
      fault = next
      await setTimeout(NEWS_MS)
    },
    async close() {
      if (server.listening) await shut()
      else cut()
    },
  }
}
