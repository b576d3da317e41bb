// Marks the error branches of the shipped code while it is loaded, so that each tells when it runs. The files stay as they
// are, and what is never run costs nothing.
import { registerHooks } from 'node:module'
import type { CodeSite } from './code-sites.ts'

declare global {
  /** Called by marked code. */
  var siteReached: (index: number) => void
}

/** The probes of the sites that have run so far. What was loaded before has no marks. */
export function markSites(sites: readonly CodeSite[]): ReadonlySet<string> {
  const reached = new Set<string>()
  globalThis.siteReached = (index) => {
    const site = sites[index]
    if (site) reached.add(site.probe)
  }
  registerHooks({
    load(url, context, nextLoad) {
      const loaded = nextLoad(url, context)
      const own = [...sites.entries()].filter(([, { path }]) => url.endsWith(`/${path}`))
      if (own.length === 0 || !loaded.source) return loaded
      const text =
        typeof loaded.source === 'string' ? loaded.source : new TextDecoder().decode(loaded.source)
      return { ...loaded, source: marked(text, own) }
    },
  })
  return reached
}

/** From the last site to the first, so that the offsets of those before it hold. */
function marked(text: string, sites: readonly (readonly [number, CodeSite])[]): string {
  return sites.reduceRight((before, [index, { offset, is }]) => {
    const mark = is === 'catch' ? ` siteReached(${index});` : `siteReached(${index}), `
    return before.slice(0, offset) + mark + before.slice(offset)
  }, text)
}
