// Reads a driver's pages over HTTP, inside the GKE cluster. The only place of the agent that does.
import { CallError } from '../../../shared/call-error.ts'
import type { DriverApi } from './driver-api.ts'

/** More than this is no page of a driver that we ask for; it is not read to its end. */
const LARGEST = 4 * 1024 * 1024

/** `signal`: ends calls that take too long; one for each call. */
export function driverHttp(signal: () => AbortSignal): DriverApi {
  return async ({ host, port, path }) => {
    const what = `GET http://${host}:${port}${path}`
    try {
      // Elsewhere would be a page that somebody else's code has chosen.
      const response = await fetch(`http://${host}:${port}${path}`, {
        signal: signal(),
        redirect: 'error',
      })
      if (response.status !== 200) throw new Error(`status ${response.status}`)
      return await textOf(response)
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      throw new CallError('unavailable', `${what}: ${why}`)
    }
  }
}

async function textOf({ body }: Response): Promise<string> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of body ?? []) {
    size += chunk.length
    if (size > LARGEST) throw new Error(`more than ${LARGEST} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}
