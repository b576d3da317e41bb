// The functions host in haste (hasty-main.ts), in which a workspace without clusters is looked at within seconds, and
// hibernates within seconds too. Only the two modules that decide so are told otherwise.
import { registerHooks } from 'node:module'

const times = new URL('sleepy-times.ts', import.meta.url).href
const told = new Map([
  ['/shared/domain/next-look.ts', './protocol-times.ts'],
  ['/shared/domain/hibernation.ts', './time.ts'],
])
const untold = new Set(told.keys())

registerHooks({
  resolve(specifier, context, next) {
    const who = [...told.keys()].find((path) => context.parentURL?.endsWith(path))
    if (who === undefined || told.get(who) !== specifier) return next(specifier, context)
    untold.delete(who)
    return { url: times, shortCircuit: true }
  },
})
await import('./hasty-main.ts')
if (untold.size > 0) throw new Error(`${[...untold].join(', ')}: where are their times read from?`)
