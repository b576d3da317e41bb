// What the cloud process is told by its parent, in the environment.
import { z } from 'zod'
import { type KubernetesChoice, kubernetesChoices } from '../stack/kubernetes-choice.ts'

const Settings = z.object({
  KINDLING_PROJECT: z.string().min(1),
  PUBSUB_EMULATOR_HOST: z.string().min(1),
  /** How much faster than life the cloud runs. */
  KINDLING_CLOUD_SPEED: z.coerce.number().positive().default(20),
  /** Seeds the draws of boot times and the like, so that two runs can be compared; none = chance. */
  KINDLING_CLOUD_SEED: z.coerce.number().int().optional(),
  /** Fixes every node's boot (ms of cloud time). */
  KINDLING_CLOUD_BOOT_MS: z.coerce.number().nonnegative().optional(),
  /** How much later than its launch's boot time a single node may come (ms of cloud time). */
  KINDLING_CLOUD_BOOT_JITTER_MS: z.coerce.number().nonnegative().optional(),
  /** Fixes every image pull (ms of cloud time). */
  KINDLING_CLOUD_PULL_MS: z.coerce.number().nonnegative().optional(),
  KINDLING_CLOUD_KUBERNETES: z.enum(kubernetesChoices).default('embedded'),
  /** For what real control planes keep on disk. */
  KINDLING_CLOUD_FOLDER: z.string().min(1),
})

export interface CloudSettings {
  readonly project: string
  readonly pubsubHost: string
  readonly speed: number
  readonly seed: number | undefined
  readonly bootMs: number | undefined
  readonly bootJitterMs: number | undefined
  readonly pullMs: number | undefined
  readonly kubernetes: KubernetesChoice
  readonly folder: string
}

/** Throws, naming the variable at fault. */
export function cloudSettings(environment: NodeJS.ProcessEnv): CloudSettings {
  const parsed = Settings.safeParse(environment)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    throw new Error(`cloud: ${issue?.path.join('.')}: ${issue?.message}`)
  }
  const given = parsed.data
  return {
    project: given.KINDLING_PROJECT,
    pubsubHost: given.PUBSUB_EMULATOR_HOST,
    speed: given.KINDLING_CLOUD_SPEED,
    seed: given.KINDLING_CLOUD_SEED,
    bootMs: given.KINDLING_CLOUD_BOOT_MS,
    bootJitterMs: given.KINDLING_CLOUD_BOOT_JITTER_MS,
    pullMs: given.KINDLING_CLOUD_PULL_MS,
    kubernetes: given.KINDLING_CLOUD_KUBERNETES,
    folder: given.KINDLING_CLOUD_FOLDER,
  }
}
