import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

/**
 * What a first visit loads before the map is drawn, in gzipped bytes: the document, the scripts and styles it names, and
 * what those import statically or preload. Lazy chunks (another language, the palette) are not part of it.
 */
export function firstLoad(dist: string): { file: string; bytes: number }[] {
  const html = readFileSync(join(dist, 'index.html'), 'utf8')
  const found = new Set<string>()
  const visit = (file: string) => {
    if (found.has(file)) return
    found.add(file)
    if (!file.endsWith('.js')) return
    const code = readFileSync(join(dist, file), 'utf8')
    for (const [, path] of code.matchAll(/(?:from|import)\s*"\.\/([^"]+\.js)"/g)) if (path) visit(join('assets', path))
  }
  for (const [, path] of html.matchAll(/(?:src|href)="\/?([^"]+\.(?:js|css))"/g)) if (path) visit(path)
  return [...found].map(file => ({ file, bytes: gzipSync(readFileSync(join(dist, file)), { level: 9 }).length }))
}
