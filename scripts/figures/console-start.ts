import { setTimeout as pause } from 'node:timers/promises'
import { type Console, type Lab, root, startConsole } from '#e2e/mesh.ts'

/** How long the console's event loop kept everybody waiting at most, 99 in 100, and as a rule, in milliseconds. */
export interface Delay {
  most: number
  p99: number
  mean: number
}

export interface StartFigures {
  objects: number
  /** From the start of the program until it listens, and until its list is whole, in seconds. */
  listening: number
  whole: number
  /** From listening until the list is whole, and in the seconds after it, while the history is written. */
  starting: Delay
  settling: Delay
  /** `readWorld`, whole: the first, which is put together, and one that is kept. */
  world: { milliseconds: number; bytes: number; delay: Delay }[]
  resident: { before: number; now: number; peak: number }
}

/** Starts a console on a large mesh and reads all of it, as it runs for people. `residentBytes` of a process: now, and the most it ever was. */
export async function measureConsoleStart(
  lab: Lab,
  residentBytes: (pid: number) => { now: number; peak: number },
): Promise<StartFigures> {
  const begun = performance.now()
  const seconds = () => (performance.now() - begun) / 1000
  const weft = await startConsole(lab, {
    env: { NODE_ENV: 'production', NODE_OPTIONS: `--import=${root}scripts/figures/loop-delay.ts` },
  })
  try {
    const read = async (path: string) => {
      const at = performance.now()
      const response = await fetch(`${weft.url}${path}`)
      if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
      const body = await response.arrayBuffer()
      return { milliseconds: performance.now() - at, body }
    }
    const listening = seconds()
    await loopDelay(weft)
    await read('/api/config/objects')
    const whole = seconds()
    const starting = await loopDelay(weft)
    await pause(15_000)
    const settling = await loopDelay(weft)
    const before = residentBytes(weft.child.pid ?? Number.NaN).now
    const world: StartFigures['world'] = []
    let objects = 0
    for (let round = 0; round < 2; round++) {
      // oxlint-disable-next-line no-await-in-loop -- one after the other, to be measured
      const { milliseconds, body } = await read('/api/config/world')
      // oxlint-disable-next-line no-await-in-loop -- likewise
      world.push({ milliseconds, bytes: body.byteLength, delay: await loopDelay(weft) })
      objects = (JSON.parse(Buffer.from(body).toString()) as { objects: unknown[] }).objects.length
    }
    const resident = { before, ...residentBytes(weft.child.pid ?? Number.NaN) }
    return { objects, listening, whole, starting, settling, world, resident }
  } finally {
    await weft.stop()
  }
}

/** Since it was asked last. */
async function loopDelay(weft: Console): Promise<Delay> {
  const told = () =>
    weft
      .output()
      .split('\n')
      .filter(line => line.startsWith('loop {'))
  const known = told().length
  weft.child.kill('SIGUSR2')
  for (let tries = 0; tries < 500; tries++) {
    const last = told().at(-1)
    if (told().length > known && last !== undefined) return JSON.parse(last.slice('loop '.length)) as Delay
    // oxlint-disable-next-line no-await-in-loop -- it answers when its loop turns
    await pause(20)
  }
  throw new Error('The console does not say how its event loop does.')
}
