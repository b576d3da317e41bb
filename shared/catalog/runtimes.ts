// The runtimes that a cluster may ask for: versioned container images with their Spark, Python and Scala.
// Keys and titles are spelled the way clients of this kind of API select them (by substring), so keep the pattern.
import { hash } from 'node:crypto'

export interface Runtime {
  /** What a request says, such as `17.3.x-scala2.13`. */
  readonly key: string
  readonly title: string
  readonly spark: string
  readonly python: string
  readonly scala: string
  readonly longTermSupport: boolean
  /** Digest of the image; the same in every region's registry. */
  readonly digest: string
  /** The first day (UTC) on which newer ones are better: it is no longer recommended. */
  readonly deprecatedOn?: string
  /** The first day (UTC) on which no cluster can be started with it. Clusters that run keep it: its image stays. */
  readonly withdrawnOn?: string
}

type Versions = readonly [
  release: string,
  spark: string,
  python: string,
  scala: string,
  longTermSupport: boolean,
  ends?: { readonly deprecatedOn: string; readonly withdrawnOn: string },
]

const VERSIONS: readonly Versions[] = [
  ['17.3', '4.0.0', '3.12', '2.13', true],
  [
    '17.2',
    '4.0.0',
    '3.12',
    '2.13',
    false,
    { deprecatedOn: '2026-03-01', withdrawnOn: '2027-03-01' },
  ],
  ['16.4', '3.5.2', '3.12', '2.13', true],
  ['16.4', '3.5.2', '3.12', '2.12', true],
  ['15.4', '3.5.0', '3.11', '2.12', true],
  [
    '14.1',
    '3.5.0',
    '3.10',
    '2.12',
    false,
    { deprecatedOn: '2024-12-11', withdrawnOn: '2025-12-11' },
  ],
]

export const runtimes: readonly Runtime[] = VERSIONS.map(
  ([release, spark, python, scala, longTermSupport, ends]) => {
    const key = `${release}.x-scala${scala}`
    const lts = longTermSupport ? ' LTS' : ''
    return {
      key,
      title: `${release}${lts} (includes Apache Spark ${spark}, Scala ${scala})`,
      spark,
      python,
      scala,
      longTermSupport,
      ...ends,
      // No image build publishes these yet: the digest stands for the version, is pinned and unique, and cannot be pulled.
      digest: `sha256:${hash('sha256', `spark-runtime ${key}`)}`,
    }
  },
)

const BY_KEY = new Map(runtimes.map((runtime) => [runtime.key, runtime]))

export function runtime(key: string): Runtime | undefined {
  return BY_KEY.get(key)
}

/** Whether clusters can no longer be started with it. `now`: milliseconds since 1970. */
export function isWithdrawn({ withdrawnOn }: Runtime, now: number): boolean {
  return withdrawnOn !== undefined && now >= Date.parse(withdrawnOn)
}

/** Those that clusters can be started with, the recommended ones first. */
export function offeredRuntimes(now: number): Runtime[] {
  const isDeprecated = ({ deprecatedOn }: Runtime): boolean =>
    deprecatedOn !== undefined && now >= Date.parse(deprecatedOn)
  const offered = runtimes.filter((each) => !isWithdrawn(each, now))
  return [...offered.filter((each) => !isDeprecated(each)), ...offered.filter(isDeprecated)]
}

/** Image by digest in the registry of the workspace's own region (rule *upgrades*: image streaming needs both). */
export function runtimeImage(runtime: Runtime, region: string): string {
  return `${region}-docker.pkg.dev/kindling-release/runtimes/spark@${runtime.digest}`
}

/** The workspace agent's image, from the same registry. */
export function agentImage(region: string): string {
  const digest = hash('sha256', 'workspace-agent 0.1.0')
  return `${region}-docker.pkg.dev/kindling-release/workspace/agent@sha256:${digest}`
}
