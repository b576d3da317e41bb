// Drills: pods that do not start, and machines that go.
import type { Drill } from './drill.ts'

const spot = { executors: { count: 10, machineType: 'n2-standard-8', spot: true } }

export const podDrills: readonly Drill[] = [
  {
    name: 'an image that is not there',
    of: 'cluster',
    faults: [{ name: 'image-pull' }],
    told: 'SPARK_IMAGE_NOT_FOUND',
    ends: 'SPARK_IMAGE_NOT_FOUND',
    isSoon: true,
  },
  {
    name: 'a registry that is away for good',
    of: 'cluster',
    faults: [{ name: 'image-pull', parameters: { message: 'dial tcp: i/o timeout' } }],
    told: 'SPARK_IMAGE_DOWNLOAD_FAILURE',
    ends: 'SPARK_IMAGE_DOWNLOAD_FAILURE',
    isSoon: true,
  },
  {
    name: 'an image that may not be pulled',
    of: 'cluster',
    faults: [{ name: 'image-pull', parameters: { message: 'unexpected status: 403 Forbidden' } }],
    told: 'IMAGE_PULL_PERMISSION_DENIED',
    ends: 'IMAGE_PULL_PERMISSION_DENIED',
    isSoon: true,
  },
  {
    name: 'a registry that is away for a moment',
    of: 'cluster',
    faults: [{ name: 'image-pull', parameters: { message: 'dial tcp: i/o timeout' } }],
    told: 'SPARK_IMAGE_DOWNLOAD_FAILURE',
  },
  {
    name: 'a driver that crashes again and again',
    of: 'cluster',
    faults: [{ name: 'crash-loop', parameters: { role: 'driver' } }],
    told: 'SPARK_STARTUP_FAILURE',
    ends: 'SPARK_STARTUP_FAILURE',
    isSoon: true,
  },
  {
    name: 'a driver that runs out of memory again and again',
    of: 'cluster',
    faults: [{ name: 'crash-loop', parameters: { role: 'driver', exitCode: 137 } }],
    told: 'DRIVER_OUT_OF_MEMORY',
    ends: 'DRIVER_OUT_OF_MEMORY',
    isSoon: true,
  },
  {
    name: 'executors that crash again and again',
    of: 'cluster',
    faults: [{ name: 'crash-loop', parameters: { role: 'executor' } }],
    told: 'SPARK_STARTUP_FAILURE',
    ends: 'SPARK_STARTUP_FAILURE',
    isSoon: true,
  },
  {
    name: 'a node of executors dies (rule *spot*)',
    of: 'cluster',
    from: 'running',
    faults: [{ name: 'lose-node', parameters: { role: 'executor' } }],
    told: 'EXECUTOR_POD_UNSCHEDULED',
  },
  {
    name: "the driver's node dies (rule *spot*)",
    of: 'cluster',
    from: 'running',
    faults: [{ name: 'lose-node', parameters: { role: 'driver' } }],
    told: 'DRIVER_UNAVAILABLE',
  },
  {
    name: 'Google takes spot machines back (rule *spot*)',
    of: 'cluster',
    from: 'running',
    request: spot,
    faults: [{ name: 'preempt', parameters: { role: 'executor', count: 2 } }],
    told: 'SPOT_INSTANCE_TERMINATION',
  },
]
