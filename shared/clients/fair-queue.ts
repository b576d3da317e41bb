// Who is next among calls that wait: of the flow that has the fewest under way, and of flows that have as few the one that
// was served longest ago. So the few calls of a small launch pass the many of a large one.

export interface FairQueue<Item> {
  readonly size: number
  add(flow: string, item: Item): void
  /** `underWay`: calls of a flow that have begun and not ended. */
  take(underWay: (flow: string) => number): Item | undefined
  /** Takes the one that has waited longest, if it is such a one. */
  takeOldest(isSuch: (item: Item) => boolean): Item | undefined
}

export function fairQueue<Item>(): FairQueue<Item> {
  /** In the order in which they were served, the latest last. */
  const flows = new Map<string, Item[]>()
  let size = 0

  function shift(flow: string, items: Item[]): Item | undefined {
    const item = items.shift()
    size--
    flows.delete(flow)
    if (items.length > 0) flows.set(flow, items)
    return item
  }

  return {
    get size() {
      return size
    },
    add(flow, item) {
      size++
      const items = flows.get(flow)
      if (items) items.push(item)
      else flows.set(flow, [item])
    },
    take(underWay) {
      let next: readonly [flow: string, items: Item[]] | undefined
      let fewest = Infinity
      for (const entry of flows) {
        const count = underWay(entry[0])
        if (count < fewest) [next, fewest] = [entry, count]
      }
      return next && shift(...next)
    },
    takeOldest(isSuch) {
      for (const [flow, items] of flows) {
        const [first] = items
        if (first !== undefined && isSuch(first)) return shift(flow, items)
      }
      return undefined
    },
  }
}
