// The regions that Kindling can launch a workspace in, with their zones in order, as Compute lists them.

export const regions: Readonly<Record<string, readonly string[]>> = {
  'us-central1': zones('us-central1', 'abcf'),
  'us-east1': zones('us-east1', 'bcd'),
  'us-east4': zones('us-east4', 'abc'),
  'us-east5': zones('us-east5', 'abc'),
  'us-south1': zones('us-south1', 'abc'),
  'us-west1': zones('us-west1', 'abc'),
  'us-west2': zones('us-west2', 'abc'),
  'us-west3': zones('us-west3', 'abc'),
  'us-west4': zones('us-west4', 'abc'),
  'northamerica-northeast1': zones('northamerica-northeast1', 'abc'),
  'northamerica-northeast2': zones('northamerica-northeast2', 'abc'),
  'southamerica-east1': zones('southamerica-east1', 'abc'),
  'europe-west1': zones('europe-west1', 'bcd'),
  'europe-west2': zones('europe-west2', 'abc'),
  'europe-west3': zones('europe-west3', 'abc'),
  'europe-west4': zones('europe-west4', 'abc'),
  'europe-west6': zones('europe-west6', 'abc'),
  'europe-west8': zones('europe-west8', 'abc'),
  'europe-west9': zones('europe-west9', 'abc'),
  'europe-central2': zones('europe-central2', 'abc'),
  'europe-north1': zones('europe-north1', 'abc'),
  'europe-southwest1': zones('europe-southwest1', 'abc'),
  'me-west1': zones('me-west1', 'abc'),
  'africa-south1': zones('africa-south1', 'abc'),
  'asia-east1': zones('asia-east1', 'abc'),
  'asia-east2': zones('asia-east2', 'abc'),
  'asia-northeast1': zones('asia-northeast1', 'abc'),
  'asia-northeast2': zones('asia-northeast2', 'abc'),
  'asia-northeast3': zones('asia-northeast3', 'abc'),
  'asia-south1': zones('asia-south1', 'abc'),
  'asia-southeast1': zones('asia-southeast1', 'abc'),
  'australia-southeast1': zones('australia-southeast1', 'abc'),
}

function zones(region: string, letters: string): readonly string[] {
  return Array.from(letters, (letter) => `${region}-${letter}`)
}

/** The zones of a region, in order; undefined when Kindling does not know the region. */
export function zonesOf(region: string): readonly string[] | undefined {
  return Object.hasOwn(regions, region) ? regions[region] : undefined
}

/** The region that a zone lies in: `europe-west4-a` is in `europe-west4`. */
export function regionOfZone(zone: string): string {
  return zone.replace(/-[a-z]$/, '')
}
