// Who may drive the local stack: programs of this machine. What a web page sends has an Origin, or another Host.
import type { IncomingHttpHeaders } from 'node:http'

export function isFromProgram({ host = '', origin }: IncomingHttpHeaders): boolean {
  return /^(127(\.\d+){3}|localhost)(:\d+)?$/.test(host) && origin === undefined
}
