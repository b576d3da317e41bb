// Imported into a process before anything else: it finds the Services of a GKE cluster as a pod does, by their names, at one
// address of the loopback.
import dns from 'node:dns'
import type { LookupAddress, LookupOptions } from 'node:dns'

const ADDRESS = process.env['KINDLING_TEST_SERVICES'] ?? ''

type Found = (error: Error | null, address: string | LookupAddress[], family?: number) => void

const lookup = dns.lookup.bind(dns)
const clusterLookup = (name: string, options: LookupOptions, found: Found): void => {
  const isService = name.endsWith('.svc')
  if (!isService) return lookup(name, options, found)
  if (options.all === true) found(null, [{ address: ADDRESS, family: 4 }])
  else found(null, ADDRESS, 4)
}
Object.assign(dns, { lookup: clusterLookup })
