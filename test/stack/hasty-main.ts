// The functions host as it is, but for the protocol's times, which are shorter: what a process that was killed leaves open
// is given up on in seconds. Only the module with those times is told otherwise.
import { registerHooks } from 'node:module'

const times = new URL('hasty-times.ts', import.meta.url).href
let isHasty = false

registerHooks({
  resolve(specifier, context, next) {
    const isOfTimes = context.parentURL?.endsWith('/shared/domain/protocol-times.ts')
    if (!isOfTimes || specifier !== './time.ts') return next(specifier, context)
    isHasty = true
    return { url: times, shortCircuit: true }
  },
})
await import('../../infra/local/functions/main.ts')
if (!isHasty) throw new Error('the protocol runs with its own times: where are they read from?')
