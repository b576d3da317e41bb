// What an hour of each thing in a workspace costs, from the price lists, as the bill asks for it. Figures of a month are those
// of 730 hours. Prices other than machines' are those of us-central1 in every region: their regional figures were not read.
import type { Rates } from '../domain/bill.ts'
import { MACHINE_PRICE_SOURCE, machinePrice } from './machine-prices.ts'
import { type Price, servicePrices } from './service-prices.ts'

/** Nodes are made with GKE's own size of boot disk. */
const DISK_GIB = 100
const HOURS_A_MONTH = 730

export function ratesOf(region: string): Rates {
  return {
    machine: (machineType, spot) => machinePrice(machineType, region, spot),
    disk: (DISK_GIB * servicePrices.balancedDisk.usd) / HOURS_A_MONTH,
    gkeCluster: servicePrices.gkeCluster.usd,
    natPerNode: servicePrices.natPerNode.usd,
    natMost: servicePrices.natMost.usd,
    natAddress: servicePrices.natAddress.usd,
  }
}

/** Where the figures of a bill come from, for who asks. */
export const billSources: readonly Pick<Price, 'source' | 'date'>[] = [
  MACHINE_PRICE_SOURCE,
  servicePrices.gkeCluster,
  servicePrices.balancedDisk,
  servicePrices.natPerNode,
].map(({ source, date }) => ({ source, date }))
