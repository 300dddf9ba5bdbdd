// Processes that live and die with this one.
import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { projectEnv, projectNode, root, say } from './bootstrap.mjs'

const children = new Set()
let isEnding = false

/** Starts one of our own programs under the project's Node. `onEnd` hears of an end nobody asked for. */
export function startProgram(args, { env = {}, onEnd }) {
  const child = spawn(projectNode(), args, {
    cwd: root,
    env: { ...projectEnv(), ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
    // Own group: Ctrl-C reaches us alone, and we end the children in order.
    detached: process.platform !== 'win32',
  })
  children.add(child)
  child.on('exit', (code, signal) => {
    children.delete(child)
    if (!isEnding) onEnd(code, signal)
  })
  return child
}

/** Resolves to the first line of a child's standard output that `pick` turns into a value; null if it ends before. */
export function firstLine(child, pick) {
  return new Promise(resolve => {
    const lines = createInterface({ input: child.stdout })
    lines.on('line', line => {
      const value = pick(line)
      if (value !== undefined) resolve(value)
    })
    lines.on('close', () => resolve(null))
  })
}

/** Ends everything that was started here: politely first, by force after three seconds. */
export async function endAll() {
  isEnding = true
  const ends = [...children].map(
    child =>
      new Promise(resolve => {
        const force = setTimeout(() => child.kill('SIGKILL'), 3000)
        child.on('exit', () => {
          clearTimeout(force)
          resolve()
        })
        child.kill('SIGTERM')
      }),
  )
  await Promise.all(ends)
}

/** Ctrl-C, SIGTERM and a closed terminal end the children, then us. */
export function endWithUs() {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
    process.on(signal, () => {
      if (isEnding) return
      say('Ending …')
      void endAll().then(() => process.exit(signal === 'SIGINT' ? 130 : 143))
    })
}
