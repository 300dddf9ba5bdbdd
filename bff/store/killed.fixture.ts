import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { change, manifest } from './change.fixture.ts'
import { openStore } from './open-store.ts'
import type { StorePlace } from './place.ts'

const batch = 20
/** Promises it has made before it is killed while it goes on writing. */
const enough = 5

/** A process of its own that writes until it is killed. Resolves to how many changes it said were kept. */
export async function killedWhileWriting(place: StorePlace): Promise<{ promised: number; batch: number }> {
  const child = spawn(process.execPath, [fileURLToPath(import.meta.url), JSON.stringify(place)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let promised = 0
  const lines = createInterface({ input: child.stdout })
  lines.on('line', line => {
    promised = Number(line)
    if (promised === batch * enough) child.kill('SIGKILL')
  })
  await Promise.all([once(child, 'exit'), once(lines, 'close')])
  return { promised, batch }
}

const [, program, given] = process.argv
if (given !== undefined && program === fileURLToPath(import.meta.url)) {
  const store = openStore({ place: JSON.parse(given) as StorePlace })
  for (let written = batch; ; written += batch) {
    const changes = Array.from({ length: batch }, (_, index) =>
      change({ mesh: 'killed', after: manifest('web', written + index) }),
    )
    // oxlint-disable-next-line no-await-in-loop -- one after the other, for ever
    await store.append(changes)
    process.stdout.write(`${written}\n`)
  }
}
