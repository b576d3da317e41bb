// The line a + b x that lies nearest to the points, by least squares. Pure.

export function fittedLine(points: readonly (readonly [x: number, y: number])[]): {
  readonly a: number
  readonly b: number
} {
  const [meanX, meanY] = [mean(points.map(([x]) => x)), mean(points.map(([, y]) => y))]
  const slope =
    points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0) /
    points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0)
  return { a: meanY - slope * meanX, b: slope }
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
