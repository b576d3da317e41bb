// The cloud process of the stack on the wire. Started by the stack; says on standard output where it listens, in one line
// of JSON, and logs to standard error. Ends with its parent.
import { pubsubBus } from '../../../shared/clients/pubsub-bus.ts'
import { realClock, seededRandom } from '../clock.ts'
import { endWithParent } from '../loopback/end-with-parent.ts'
import { profile } from '../profile.ts'
import type { Log } from '../../../shared/ports.ts'
import { startCloud } from './cloud.ts'
import { leastEmptyMs } from '../stack/kubernetes-choice.ts'
import { kubernetesBackEnd } from './kubernetes-back-end.ts'
import { cloudSettings } from './settings.ts'

const settings = cloudSettings(process.env)
const { project, pubsubHost, speed, seed, bootMs, bootJitterMs, pullMs } = settings
// Its clients and servers have nothing that is worth saving.
endWithParent(() => process.exit(0))

const clock = realClock()
const neverSubscribes = (): never => {
  throw new Error('the cloud only publishes')
}
const bus = pubsubBus({
  projectId: project,
  clock,
  emulatorHost: pubsubHost,
  pushEndpoint: neverSubscribes,
  retry: neverSubscribes,
})
const log: Log = (severity, message, fields = {}) => {
  const time = new Date(clock.now()).toISOString()
  process.stderr.write(`${JSON.stringify({ severity, time, message, ...fields })}\n`)
}
const pace = profile({
  speed,
  random: seed === undefined ? () => clock.random() : seededRandom(seed),
  ...(bootMs === undefined ? {} : { bootMs }),
  ...(bootJitterMs === undefined ? {} : { bootJitterMs }),
  ...(pullMs === undefined ? {} : { pullMs }),
  leastEmptyMs: leastEmptyMs(settings.kubernetes),
})
const kubernetes = kubernetesBackEnd({
  ...settings,
  clock,
  profile: pace,
  failed(error) {
    process.stderr.write(`${error.log}\n`)
    log('ERROR', 'a part of Kubernetes has ended', { error: error.message })
    process.exit(1)
  },
})
const { gke, compute, control } = await startCloud({ clock, profile: pace, kubernetes, bus, log })
process.stdout.write(`${JSON.stringify({ ready: true, gke, compute, control })}\n`)
