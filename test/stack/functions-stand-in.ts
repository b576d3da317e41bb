// A program in place of the functions host, for tests of the stack itself: it says that it is ready, answers its front
// door, and ends with its parent. It runs no function.
import { noCounts } from '../../shared/runtime/counts.ts'
import { endWithParent } from '../../infra/local/loopback/end-with-parent.ts'
import { loopbackServer } from '../../infra/local/loopback/loopback-server.ts'

endWithParent(() => process.exit(0))
const server = await loopbackServer(
  {
    'GET /healthz': async () => ({ ok: true }),
    'GET /counts': async () => noCounts(),
  },
  Number(process.env['KINDLING_PORT']),
)
process.stdout.write(`${JSON.stringify({ ready: true, port: server.port })}\n`)
