// The runtimes that a cluster may ask for: versioned container images with their Spark, Python and Scala.
// Keys and titles are spelled the way clients of this kind of API select them (by substring), so keep the pattern.
import { createHash } from 'node:crypto'

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
}

type Versions = readonly [
  release: string,
  spark: string,
  python: string,
  scala: string,
  longTermSupport: boolean,
]

const VERSIONS: readonly Versions[] = [
  ['17.3', '4.0.0', '3.12', '2.13', true],
  ['17.2', '4.0.0', '3.12', '2.13', false],
  ['16.4', '3.5.2', '3.12', '2.13', true],
  ['16.4', '3.5.2', '3.12', '2.12', true],
  ['15.4', '3.5.0', '3.11', '2.12', true],
]

export const runtimes: readonly Runtime[] = VERSIONS.map(
  ([release, spark, python, scala, longTermSupport]) => {
    const key = `${release}.x-scala${scala}`
    const lts = longTermSupport ? ' LTS' : ''
    return {
      key,
      title: `${release}${lts} (includes Apache Spark ${spark}, Scala ${scala})`,
      spark,
      python,
      scala,
      longTermSupport,
      // No image build publishes these yet: the digest stands for the version, is pinned and unique, and cannot be pulled.
      digest: `sha256:${createHash('sha256').update(`spark-runtime ${key}`).digest('hex')}`,
    }
  },
)

const BY_KEY = new Map(runtimes.map((runtime) => [runtime.key, runtime]))

export function runtime(key: string): Runtime | undefined {
  return BY_KEY.get(key)
}

/** Image by digest in the registry of the workspace's own region (rule *upgrades*: image streaming needs both). */
export function runtimeImage(runtime: Runtime, region: string): string {
  return `${region}-docker.pkg.dev/kindling-release/runtimes/spark@${runtime.digest}`
}

/** The workspace agent's image, from the same registry. */
export function agentImage(region: string): string {
  const digest = createHash('sha256').update('workspace-agent 0.1.0').digest('hex')
  return `${region}-docker.pkg.dev/kindling-release/workspace/agent@sha256:${digest}`
}
