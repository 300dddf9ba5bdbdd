import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Where the lab that was started last from this checkout can be asked. */
export interface Place {
  control: string
  pid: number
}

const file = join(fileURLToPath(new URL('../..', import.meta.url)), '.weft', 'lab.json')

/** Returns the way to take the note away again, if it is still ours. */
export async function notePlace(place: Place): Promise<() => Promise<void>> {
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, `${JSON.stringify(place)}\n`)
  return async () => {
    if ((await readPlace())?.pid === place.pid) await rm(file, { force: true })
  }
}

/** Null where no lab was started here, or the last one is over. */
export async function readPlace(): Promise<Place | null> {
  try {
    const { control, pid } = JSON.parse(await readFile(file, 'utf8')) as Partial<Place>
    if (typeof control !== 'string' || typeof pid !== 'number') return null
    process.kill(pid, 0)
    return { control, pid }
  } catch {
    // No note, half a note, or nobody behind it: all the same to whoever looks for a lab.
    return null
  }
}
