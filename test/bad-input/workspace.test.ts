// What is wrong with what a workspace request asks for: project, region, address ranges.
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Reason } from '../../events/lifecycle.ts'
import { event, startLoop } from '../loop/fixture.ts'
import {
  badCapacities,
  badChoices,
  badPrewarms,
  badRanges,
  contradictions,
  fields,
  goodRanges,
  projects,
  regions,
} from './bad-workspaces.ts'
import { badWarm } from './bad-warm.ts'
import { refusalIn, type Inbox, openInbox, text } from './inbox.ts'

let inbox: Inbox
beforeAll(async () => {
  inbox = openInbox(await startLoop({ scheduler: false }))
})
afterAll(() => inbox.stop())

let serial = 0
async function refused(data: Record<string, unknown>): Promise<Reason> {
  const message = event('workspace-requested', `workspace-${++serial}`, data)
  const reason = refusalIn(await inbox.submit('workspace-requested', message), 'acme')
  expect(reason.code).toBe('INVALID_PARAMETER_VALUE')
  return reason
}

test.each(projects)('a project with %s is refused', async (_, project) => {
  expect(await refused({ project })).toMatchObject({
    field: 'data.project',
    allowed: text('project id'),
  })
})

test.each(regions)('a region that is %s is refused', async (_, region, allowed) => {
  expect(await refused({ region })).toMatchObject({ field: 'data.region', got: region, allowed })
})

test.each(fields)('%s is refused', async (_, data, refusal) => {
  expect(await refused(data)).toMatchObject(refusal)
})

test.each(badChoices)('%s: refused', async (_, data, refusal) => {
  expect(await refused(data)).toMatchObject(refusal)
})

test.each(badWarm)('warm nodes: %s: refused', async (_, data, refusal) => {
  expect(await refused(data)).toMatchObject(refusal)
})

test.each(badPrewarms)('a schedule with %s is refused', async (_, data, refusal) => {
  expect(await refused(data)).toMatchObject(refusal)
})

describe('ranges', () => {
  test.each(badRanges)('with %s are refused', async (_, change, name, allowed) => {
    expect(await refused({ ranges: { ...goodRanges, ...change } })).toMatchObject({
      field: `data.ranges.${name}`,
      got: change[name],
      allowed,
    })
  })
})

describe('a capacity', () => {
  test.each(badCapacities)('that is %s is refused', async (_, capacity, refusal) => {
    expect(await refused({ capacity })).toMatchObject(refusal)
  })

  test.each(contradictions)(
    'that the ranges given do not hold is refused (rule *ranges*): %s',
    async (_, capacity, change, name, allowed) => {
      const ranges = { ...goodRanges, ...change }
      expect(await refused({ capacity, ranges })).toMatchObject({
        field: `data.ranges.${name}`,
        got: text(ranges[name]),
        allowed,
        mend: text('leave out "data.ranges"'),
      })
    },
  )
})
