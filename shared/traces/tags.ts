export type Tags = Readonly<Record<string, string>>

/** At most so many: every one is looked for on every span. */
export const mostTags = 16

/**
 * `k=v,k=v` as the address and the form say it. A comma or a backslash within a value is written with a backslash before
 * it; a key holds no `=`. Null: it cannot be read, or it asks for too many.
 */
export function tagsIn(text: string): Tags | null {
  const tags: Record<string, string> = Object.create(null) as Record<string, string>
  for (const part of partsOf(text)) {
    if (part.trim() === '') continue
    const equals = part.indexOf('=')
    const key = part.slice(0, Math.max(0, equals)).trim()
    if (key === '') return null
    tags[key] = part.slice(equals + 1).trim()
  }
  return Object.keys(tags).length > mostTags ? null : { ...tags }
}

export const tagsText = (tags: Tags): string =>
  Object.entries(tags)
    .map(([key, value]) => `${key}=${value}`.replaceAll(/[\\,]/g, character => `\\${character}`))
    .join(',')

function partsOf(text: string): string[] {
  const parts = ['']
  for (let index = 0; index < text.length; index++) {
    const character = text[index] ?? ''
    if (character === ',') parts.push('')
    else parts[parts.length - 1] += character === '\\' ? (text[++index] ?? '') : character
  }
  return parts
}
