// Reading the mark back: whether something is of this workspace, and of which life. The counterpart of labels.ts; what does
// not bear the whole mark is somebody else's.
import { z } from 'zod'
import type { WorkspaceIds } from '../domain/names.ts'
import { carries, type Labels, resourceMark, workspaceMark, labelKeys } from './labels.ts'

const LIFE = 'kindling-life'
const Description = z.record(z.string(), z.string())

/** By the labels of a Google Cloud resource. */
export function lifeInLabels(of: WorkspaceIds, labels: Labels | undefined): number | undefined {
  const life = lifeIn(labels?.[LIFE])
  return life !== undefined && carries(resourceMark(of, life), labels) ? life : undefined
}

/** By the description of what has no labels; people write there what they like. */
export function lifeInDescription(of: WorkspaceIds, text: string | undefined): number | undefined {
  if (!text?.startsWith('{')) return undefined
  try {
    const mark = Description.safeParse(JSON.parse(text))
    return mark.success ? lifeInLabels(of, mark.data) : undefined
  } catch {
    return undefined
  }
}

/** By the labels of a Kubernetes object. */
export function lifeInObject(of: WorkspaceIds, labels: Labels | undefined): number | undefined {
  const life = lifeIn(labels?.[labelKeys.life])
  return life !== undefined && carries(workspaceMark(of, life), labels) ? life : undefined
}

function lifeIn(text: string | undefined): number | undefined {
  return text !== undefined && /^[1-9]\d{0,5}$/.test(text) ? Number(text) : undefined
}
