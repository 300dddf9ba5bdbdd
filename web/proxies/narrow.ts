import type { ConfigRow } from '#shared/proxies/api.ts'

/** What a row is looked through for, made once. */
const texts = new WeakMap<ConfigRow, string>()

function textOf(row: ConfigRow): string {
  const known = texts.get(row)
  if (known !== undefined) return known
  const text = [
    ...Object.values(row.cells).filter(cell => cell !== null),
    ...row.objects.flatMap(({ kind, namespace, name }) => [kind, `${namespace}/${name}`]),
    row.trouble ?? '',
  ]
    .join('\n')
    .toLowerCase()
  texts.set(row, text)
  return text
}

/** Rows that have every word, wherever it stands. */
export function narrow(rows: readonly ConfigRow[], q: string | undefined): readonly ConfigRow[] {
  const words = (q ?? '').toLowerCase().split(/\s+/).filter(Boolean)
  return words.length === 0 ? rows : rows.filter(row => words.every(word => textOf(row).includes(word)))
}
