// Questions to the process table.

/** Whether any process of this group is there. */
export function isGroupAlive(group: number): boolean {
  try {
    process.kill(-group, 0)
    return true
  } catch {
    return false
  }
}
