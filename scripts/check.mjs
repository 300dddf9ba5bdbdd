// npm run check: the static part — format, lint with the walls, types. Each is one passed or failed check.
import { join } from 'node:path'
import { ensureInstalled, projectNode, root, run, say } from './bootstrap.mjs'

const tool = (...path) => join(root, 'node_modules', ...path)

/** Name, program and arguments of every static check. */
export const staticChecks = [
  ['format', tool('@biomejs', 'biome', 'bin', 'biome'), ['format', '.']],
  ['lint', tool('oxlint', 'bin', 'oxlint'), ['-c', 'oxlint.config.ts', '--type-aware', '--deny-warnings', '.']],
  ['types', tool('typescript', 'bin', 'tsc'), ['-b']],
]

/** Runs them all and tells how many passed and failed. */
export async function check() {
  const counts = { passed: 0, failed: 0 }
  for (const [name, program, args] of staticChecks) {
    const code = await run(projectNode(), [program, ...args])
    counts[code === 0 ? 'passed' : 'failed']++
    say(`${code === 0 ? 'ok' : 'FAILED'}  ${name}`)
  }
  return counts
}

if (process.argv[1] === import.meta.filename || process.argv[1]?.endsWith('check.mjs')) {
  await ensureInstalled()
  const { failed } = await check()
  process.exit(failed === 0 ? 0 : 1)
}
