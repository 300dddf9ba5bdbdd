import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

/** What the models' declarations say in words: descriptions, and which fields must be there. */
export interface Words {
  description: string
  fields: ReadonlyMap<string, { description: string; isRequired: boolean }>
}

const models = join(
  dirname(createRequire(import.meta.url).resolve('@kubernetes/client-node/package.json')),
  'dist/gen/models',
)

/** Reads one declaration file; for documents that are made once, not for every request. */
export function wordsOf(model: string): Words {
  const text = readFileSync(join(models, `${model}.d.ts`), 'utf8')
  const fields = new Map<string, { description: string; isRequired: boolean }>()
  for (const [, comment = '', name = '', mark = ''] of text.matchAll(/(?:\/\*\*([^]*?)\*\/\s*)?^ {4}'([^']+)'(\??):/gm))
    fields.set(name, { description: plainText(comment), isRequired: mark === '' })
  const [, about = ''] = /\/\*\*([^]*?)\*\/\s*export declare class/.exec(text) ?? []
  // The first comment of a file is its licence; the one of the class is the last before it.
  return { description: plainText(about.slice(about.lastIndexOf('/**') + 1)), fields }
}

const plainText = (comment: string): string =>
  comment
    .slice(comment.lastIndexOf('/**') < 0 ? 0 : comment.lastIndexOf('/**') + 3)
    .split('\n')
    .map(line => line.replace(/^[\s/*]+/, '').trimEnd())
    .filter(line => line !== '')
    .join('\n')
