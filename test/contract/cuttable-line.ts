// A line to a server on the loopback, which passes bytes on as they are and can be cut, all its connections at once.
import { type AddressInfo, createConnection, createServer, type Socket } from 'node:net'

export interface CuttableLine {
  readonly port: number
  connections(): number
  /** Resets every connection; answers how many there were. */
  cut(): number
  close(): Promise<void>
}

export async function cuttableLine(to: number): Promise<CuttableLine> {
  const sockets = new Set<Socket>()
  const cut = (): number => {
    const open = [...sockets]
    for (const socket of open) socket.resetAndDestroy()
    return open.length
  }
  const server = createServer((near) => {
    const far = createConnection({ port: to, host: '127.0.0.1' })
    sockets.add(near)
    near
      .on('error', () => {})
      .once('close', () => {
        sockets.delete(near)
        far.destroy()
      })
    far.on('error', () => {}).once('close', () => near.destroy())
    near.pipe(far).pipe(near)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  // A TCP server's address is never a path.
  const { port } = server.address() as AddressInfo
  return {
    port,
    connections: () => sockets.size,
    cut,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        cut()
      }),
  }
}
