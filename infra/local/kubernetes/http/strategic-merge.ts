// Strategic merge patch, as kubectl sends it for built-in kinds: lists of objects are merged by a key that depends on
// the field. The table holds the fields that Kindling's kinds have; a real server takes them from its types.
import { isObject, sameJson } from '../frozen-json.ts'

const mergeKeys: Readonly<Record<string, readonly string[]>> = {
  containers: ['name'],
  initContainers: ['name'],
  ephemeralContainers: ['name'],
  env: ['name'],
  volumes: ['name'],
  volumeMounts: ['mountPath'],
  // Of containers, or of Services.
  ports: ['containerPort', 'port'],
  conditions: ['type'],
  addresses: ['type'],
  imagePullSecrets: ['name'],
  secrets: ['name'],
  ownerReferences: ['uid'],
  hostAliases: ['ip'],
  podIPs: ['ip'],
  hostIPs: ['ip'],
  topologySpreadConstraints: ['topologyKey'],
  taints: ['key'],
}

/** Lists of plain values that are merged as sets. */
const sets = new Set(['finalizers', 'podCIDRs'])

type Fields = Record<string, unknown>

function keyFor(field: string, items: readonly unknown[]): string | undefined {
  return mergeKeys[field]?.find((key) =>
    items.every((item) => isObject(item) && item[key] !== undefined),
  )
}

function mergeList(
  field: string,
  target: readonly unknown[],
  patch: readonly unknown[],
): unknown[] {
  if (patch.some((item) => isObject(item) && item['$patch'] === 'replace')) {
    return patch.filter((item) => !(isObject(item) && '$patch' in item))
  }
  if (sets.has(field)) {
    return [...target, ...patch.filter((item) => !target.some((each) => sameJson(each, item)))]
  }
  const key = keyFor(field, [...target, ...patch])
  if (key === undefined) return [...patch]
  const merged: unknown[] = [...target]
  for (const item of patch as Fields[]) {
    const at = merged.findIndex((each) => isObject(each) && each[key] === item[key])
    if (item['$patch'] === 'delete') {
      if (at >= 0) merged.splice(at, 1)
    } else if (at < 0) merged.push(strategicMerge({}, item))
    else merged[at] = strategicMerge(merged[at], item)
  }
  return merged
}

/** The order that the patch asks for; what it does not name keeps its place after. */
function reorder(field: string, items: readonly unknown[], order: readonly unknown[]): unknown[] {
  const key = keyFor(field, [...items, ...order])
  const rank = (item: unknown): number => {
    const at = order.findIndex((each) =>
      key === undefined ? sameJson(each, item) : (each as Fields)[key] === (item as Fields)[key],
    )
    return at < 0 ? order.length : at
  }
  return items.toSorted((left, right) => rank(left) - rank(right))
}

function directive(merged: Fields, key: string, value: unknown): void {
  const [name, field = ''] = key.split('/')
  const list = merged[field]
  if (name === '$retainKeys' && Array.isArray(value)) {
    for (const each of Object.keys(merged)) if (!value.includes(each)) delete merged[each]
  }
  if (!Array.isArray(list) || !Array.isArray(value)) return
  if (name === '$setElementOrder') merged[field] = reorder(field, list, value)
  if (name === '$deleteFromPrimitiveList')
    merged[field] = list.filter((item) => !value.includes(item))
}

export function strategicMerge(target: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch
  if (patch['$patch'] === 'replace') {
    const { $patch: _mark, ...rest } = patch
    return rest
  }
  const merged: Fields = isObject(target) ? { ...target } : {}
  const directives: [string, unknown][] = []
  for (const [key, value] of Object.entries(patch)) {
    const before = merged[key]
    if (key.startsWith('$')) directives.push([key, value])
    else if (value === null || (isObject(value) && value['$patch'] === 'delete')) delete merged[key]
    else if (Array.isArray(value))
      merged[key] = mergeList(key, Array.isArray(before) ? before : [], value)
    else merged[key] = strategicMerge(before, value)
  }
  for (const [key, value] of directives) directive(merged, key, value)
  return merged
}
