import { createHash } from 'node:crypto'
import type { Dirent } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { extname, join, relative, sep } from 'node:path'
import { promisify } from 'node:util'
import { constants, gzip } from 'node:zlib'
import type { Request, RequestHandler, Response } from 'express'
import { takesGzip, worthCompressing } from './json.ts'
import { HttpProblem } from './problem.ts'

/** What a folder of the built page may hold; anything else in it is not served. */
const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
  '.woff': 'font/woff',
  '.json': 'application/json; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
}
const compressible = /^(text\/|image\/svg|application\/(json|manifest))/

interface Asset {
  type: string
  etag: string
  isHashed: boolean
  body: Buffer
  gzipped: Promise<Buffer> | null
}

/**
 * Serves the built page from a folder. The folder is read once into a list, and a request can only name what is on the
 * list: no path of the file system is ever made from what a client sent. Any other page path gets index.html (the page
 * has its own routes); `apart` are paths that are never pages.
 */
export async function page(folder: string, apart: readonly string[]): Promise<RequestHandler> {
  const assets = await readAssets(folder)
  return async (request, response, next) => {
    if (request.method !== 'GET' && request.method !== 'HEAD') return next()
    const asset = assets.get(request.path) ?? (isPage(request, apart) ? assets.get('/index.html') : undefined)
    if (asset) return send(request, response, asset)
    if (!isPage(request, apart)) return next()
    throw new HttpProblem(503, 'The page is not built: run "npm run build", then start again.')
  }
}

function isPage(request: Request, apart: readonly string[]): boolean {
  const { path } = request
  if (apart.some(prefix => path === prefix || path.startsWith(`${prefix}/`))) return false
  const destination = request.headers['sec-fetch-dest']
  if (destination !== undefined && destination !== 'document' && destination !== 'empty') return false
  return Boolean(request.accepts('html'))
}

async function send(request: Request, response: Response, asset: Asset): Promise<void> {
  response.setHeader('content-type', asset.type)
  response.setHeader('etag', asset.etag)
  response.setHeader('cache-control', asset.isHashed ? 'public, max-age=31536000, immutable' : 'no-cache')
  response.setHeader('vary', 'accept-encoding')
  if (request.headers['if-none-match']?.split(/,\s*/).includes(asset.etag)) {
    response.status(304).end()
    return
  }
  let { body } = asset
  if (compressible.test(asset.type) && body.length >= worthCompressing && takesGzip(request)) {
    asset.gzipped ??= compress(body, { level: constants.Z_BEST_COMPRESSION })
    body = await asset.gzipped
    response.setHeader('content-encoding', 'gzip')
  }
  response.setHeader('content-length', body.length)
  response.end(request.method === 'HEAD' ? undefined : body)
}

const compress = promisify(gzip)

async function readAssets(folder: string): Promise<Map<string, Asset>> {
  const assets = new Map<string, Asset>()
  for (const entry of await list(folder)) {
    const type = types[extname(entry.name)]
    if (!entry.isFile() || type === undefined) continue
    const file = join(entry.parentPath, entry.name)
    const path = `/${relative(folder, file).split(sep).join('/')}`
    const body = await readFile(file)
    assets.set(path, {
      type,
      body,
      etag: `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`,
      // Vite writes `assets/name-<8 characters of hash>.ext`.
      isHashed: /^\/assets\/.*-[\w-]{8}\.\w+$/.test(path),
      gzipped: null,
    })
  }
  return assets
}

/** A folder that is not there is an unbuilt page, not a failure: the API works without it. */
async function list(folder: string): Promise<Dirent[]> {
  try {
    return await readdir(folder, { recursive: true, withFileTypes: true })
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  }
}
