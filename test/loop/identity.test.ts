// The agent's identity comes into being with the project's first GKE cluster, and IAM knows it some minutes later (rule
// *identity*).
import { expect, it } from 'vitest'
import { CallError } from '../../shared/call-error.ts'
import { aroundWorld } from '../../shared/around.ts'
import { startLoop, WORKSPACE } from './fixture.ts'
import { askForWorkspace } from './whole.ts'

it('identity: a grant to an agent that IAM does not know yet follows the GKE cluster, and is tried again', async () => {
  const calls: string[] = []
  let refusals = 4
  const loop = await startLoop({
    wrapWorld: (world) =>
      aroundWorld(world, async ({ port, method, args }, proceed) => {
        if (method === 'createCluster' || method === 'allowPublisher') calls.push(method)
        if (port === 'bus' && method === 'allowPublisher' && refusals-- > 0) {
          const [, member = ''] = String(args[1]).split(/[:[]/)
          throw new CallError('invalid', `setIamPolicy: Identity Pool does not exist (${member})`)
        }
        return proceed()
      }),
  })
  await askForWorkspace(loop)
  await loop.reach(WORKSPACE, 'RUNNING')
  expect(calls).toEqual(['createCluster', ...Array.from({ length: 5 }, () => 'allowPublisher')])
  await loop.stop()
})
