// Builds the page when its sources have changed since the last build.
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fail, projectNode, root, run, say } from './bootstrap.mjs'

const inputs = ['web', 'shared', 'vite.config.ts', 'package-lock.json']
const stamp = join(root, 'dist', '.weft-inputs')

function* files(path) {
  if (!statSync(path).isDirectory()) yield path
  else
    for (const name of readdirSync(path).sort())
      if (!name.endsWith('.tsbuildinfo') && !/\.test\.tsx?$/.test(name)) yield* files(join(path, name))
}

function inputHash() {
  const hash = createHash('sha256')
  for (const input of inputs)
    for (const file of files(join(root, input)))
      hash.update(file.slice(root.length)).update('\0').update(readFileSync(file))
  return hash.digest('hex')
}

export async function ensurePage() {
  const wanted = inputHash()
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return
  say('Building the page …')
  const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js')
  const code = await run(projectNode(), [vite, 'build', '--logLevel', 'warn'])
  if (code !== 0) fail(`the page could not be built (vite ended with code ${code}); its message is above.`, code)
  writeFileSync(stamp, wanted)
}
