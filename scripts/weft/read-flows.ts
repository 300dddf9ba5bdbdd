import { parse } from 'yaml'
import * as z from 'zod/mini'
import { Mistake } from './mistake.ts'
import { readText } from './read-manifests.ts'

/** A list of calls, as JSON or YAML, each as it has to be. */
export async function readFlows<T extends z.ZodMiniType>(file: string, type: T): Promise<z.infer<T>[]> {
  const content = await readText(file)
  let value: unknown
  try {
    value = file.endsWith('.json') ? JSON.parse(content) : parse(content)
  } catch (error) {
    const kind = file.endsWith('.json') ? 'JSON' : 'YAML'
    throw new Mistake(
      `${file} is not ${kind}: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`,
    )
  }
  if (!Array.isArray(value)) throw new Mistake(`${file} holds no list of flows.`)
  return value.map((item: unknown, index) => {
    const read = z.safeParse(type, item)
    if (read.success) return read.data
    const [issue] = read.error.issues
    const id = typeof item === 'object' && item !== null && 'id' in item ? ` (${String(item.id)})` : ''
    throw new Mistake(
      `Flow ${index + 1}${id} of ${file} is none: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}.`,
    )
  })
}
