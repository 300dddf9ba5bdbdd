import { parseAllDocuments } from 'yaml'
import * as z from 'zod/mini'
import { Mistake } from './mistake.ts'
import { readText } from './read-manifests.ts'

/** Calls as JSON or YAML, each as it has to be: a list of them, one alone, or one a line. */
export async function readFlows<T extends z.ZodMiniType>(file: string, type: T): Promise<z.infer<T>[]> {
  const values = valuesIn(await readText(file), file)
  if (values.length === 0 || !values.every(value => Array.isArray(value) || isFlow(value)))
    throw new Mistake(`${file} holds no list of flows.`)
  return values.flat().map((item, index) => {
    const read = z.safeParse(type, item)
    if (read.success) return read.data
    const [issue] = read.error.issues
    const id = typeof item === 'object' && item !== null && 'id' in item ? ` (${String(item.id)})` : ''
    throw new Mistake(
      `Flow ${index + 1}${id} of ${file} is none: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}.`,
    )
  })
}

const isFlow = (value: unknown): boolean => typeof value === 'object' && value !== null && 'id' in value

function valuesIn(content: string, file: string): unknown[] {
  const isJson = /\.(json|jsonl|ndjson)$/.test(file)
  try {
    return isJson ? jsonIn(content) : yamlIn(content)
  } catch (error) {
    const why = error instanceof Error ? error.message.split('\n')[0] : String(error)
    throw new Mistake(`${file} is not ${isJson ? 'JSON' : 'YAML'}: ${why}`)
  }
}

/** JSON Lines are several documents, each on a line of its own. */
function jsonIn(content: string): unknown[] {
  const lines = content.split('\n').filter(line => line.trim() !== '')
  const isLines = lines.length > 1 && lines.every(line => /^\s*\{.*\}\s*$/.test(line))
  return isLines ? lines.map(line => JSON.parse(line) as unknown) : [JSON.parse(content) as unknown]
}

function yamlIn(content: string): unknown[] {
  const values = parseAllDocuments(content, { merge: true }).map(document => {
    if (document.errors[0]) throw document.errors[0]
    return document.toJS({ maxAliasCount: 1000 }) as unknown
  })
  return values.filter((value, index) => value !== null || index === 0)
}
