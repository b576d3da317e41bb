// Stops with one clear line where Node is too old to run TypeScript directly. Every entry point calls this first,
// and only then imports, dynamically, anything that is TypeScript. Runs on Node 20; must itself need nothing newer.
const OLDEST_MAJOR = 24

/** Ends the process with code 2 on an old Node. */
export function requireNode() {
  const version = process.versions.node
  if (Number(version.split('.')[0]) >= OLDEST_MAJOR) return
  process.stderr.write(
    `Kindling needs Node ${OLDEST_MAJOR} or newer and this is ${version}: ` +
      'start it with "npm run" after "npm ci", which puts the right one first.\n',
  )
  process.exit(2)
}
