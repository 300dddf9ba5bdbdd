// What runs before anything is installed: plain JavaScript that Node 18 understands, no dependencies.
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('..', import.meta.url))
const bin = join(root, 'node_modules', '.bin')
const mark = join(root, 'node_modules', '.weft-lock')

/** Progress goes to stderr: stdout is for results (the ready line, the closing count). */
export const say = text => process.stderr.write(`${text}\n`)

/** One clear sentence, then the end. */
export function fail(sentence, code = 1) {
  say(`weft: ${sentence}`)
  process.exit(code)
}

/** Environment in which the project's own Node comes first. */
export const projectEnv = () => ({ ...process.env, PATH: `${bin}${delimiter}${process.env.PATH ?? ''}` })

/** The project's own Node (24), which `npm ci` has put there. */
export const projectNode = () => {
  const path = join(bin, process.platform === 'win32' ? 'node.cmd' : 'node')
  return existsSync(path) ? path : process.execPath
}

/**
 * Runs a command and resolves to its exit code (128 where a signal ended it). Output is inherited on stderr unless told
 * otherwise.
 */
export function run(command, args, options = {}) {
  return new Promise(resolve => {
    const child = spawn(command, args, { cwd: root, env: projectEnv(), stdio: ['ignore', 2, 2], ...options })
    child.on('error', error => {
      say(`weft: ${command} could not be started: ${error.message}`)
      resolve(127)
    })
    child.on('exit', (code, signal) => resolve(code ?? (signal ? 128 : 1)))
  })
}

const lockHash = () =>
  createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex')

/** `npm ci` when node_modules is absent or belongs to another lockfile. */
export async function ensureInstalled() {
  const wanted = lockHash()
  if (existsSync(mark) && readFileSync(mark, 'utf8') === wanted && existsSync(bin)) return
  say('Installing dependencies (npm ci) …')
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm'
  // npm warns for every package whose `engines` wants a newer Node than the machine's; the project brings its own.
  const code = await run(npm, ['ci', '--no-audit', '--no-fund', '--loglevel=error'], { env: process.env })
  if (code !== 0) fail(`"npm ci" ended with code ${code}. Its message is above; check the network and try again.`, code)
  const version = await capture(projectNode(), ['--version'])
  if (!version.startsWith('v24.'))
    fail(
      `the project's own Node 24 was not installed (found ${version || 'none'}). Allow install scripts for the package "node" and run npm ci again.`,
    )
  writeFileSync(mark, wanted)
}

/** Standard output of a short command, trimmed; empty when it failed. */
export function capture(command, args, options = {}) {
  return new Promise(resolve => {
    let text = ''
    const child = spawn(command, args, {
      cwd: root,
      env: projectEnv(),
      stdio: ['ignore', 'pipe', 'ignore'],
      ...options,
    })
    child.stdout.on('data', chunk => (text += chunk))
    child.on('error', () => resolve(''))
    child.on('exit', code => resolve(code === 0 ? text.trim() : ''))
  })
}
